"""See whether an account needs somebody: balance, connection, webhook."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Alert, Connection
from accounts.selectors import alerts as chosen
from accounts.selectors import hooks, usage
from accounts.services import alerts
from accounts.services.alerts import Seen

Kind = Alert.Kind
BATCH = 500


def watch() -> int:
    """Look at every connection; return how many alerts are new."""
    opened, last = 0, None
    while True:
        rows = Connection.objects.select_related("workspace").order_by("pk")
        found = list(rows.filter(pk__gt=last)[:BATCH] if last else rows[:BATCH])
        for connection in found:
            opened += _watch_one(connection)
        if len(found) < BATCH:
            return opened
        last = found[-1].pk


def _watch_one(connection: Connection) -> int:
    now = {
        Kind.LOW_BALANCE: _low_balance(connection),
        Kind.CONNECTION: _lost(connection),
        Kind.HOOK: _hook(connection),
    }
    opened = [
        alert
        for kind, seen in now.items()
        for alert in alerts.follow(
            workspace=connection.workspace,
            kind=kind,
            now={"": seen} if seen else {},
        )
    ]
    return len(opened)


def _low_balance(connection: Connection) -> Seen | None:
    balance = connection.balance
    if balance is None or connection.is_broken:
        return None
    rules = chosen.rules(connection.workspace)
    days_left = usage.days_left(connection)
    is_low = rules.balance_below is not None and balance < rules.balance_below
    is_soon_gone = (
        rules.days_below is not None
        and days_left is not None
        and days_left < rules.days_below
    )
    if not is_low and not is_soon_gone:
        return None
    facts = {
        "balance": str(balance),
        "currency": connection.currency,
        "days_left": days_left,
    }
    return Seen(reverse("accounts:overview"), facts)


def _lost(connection: Connection) -> Seen | None:
    if not connection.is_broken:
        return None
    return Seen(reverse("accounts:connection"), {"code": connection.broken_code})


def _hook(connection: Connection) -> Seen | None:
    if connection.is_broken:
        return None
    health = hooks.health(connection)
    if not health.can_be_reached:
        # Nothing can come here; the Connection page says so, and journals are read.
        return None
    reason = "missing" if health.state == "missing" else ""
    if reason and health.moved:
        reason = "moved"
    return Seen(reverse("accounts:connection"), {"reason": reason}) if reason else None
