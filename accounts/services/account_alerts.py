"""See whether an account needs somebody: balance, connection, webhook, errands."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts.models import Alert, Connection, Errand, Poll
from accounts.selectors import alerts as chosen
from accounts.selectors import errands as found_errands
from accounts.selectors import hooks, polls, usage
from accounts.sentences import NOT_ALLOWED
from accounts.services import alerts
from accounts.services.alerts import Seen

Kind = Alert.Kind
BATCH = 500
# A gateway that is away for so long is no hiccup.
AWAY_AFTER: Final = timedelta(minutes=30)
# After a night in which this server slept, one failure is no half an hour: the pauses
# between tries double from 30 s, so that so many in a row take seven minutes.
LEAST_FAILURES: Final = 5
# What says nothing any more once an account is disconnected.
OF_CONNECTION: Final = (Kind.LOW_BALANCE, Kind.CONNECTION, Kind.HOOK, Kind.SILENT)


def watch() -> int:
    """Look at every connection; return how many alerts are new."""
    left = Alert.objects.filter(kind__in=OF_CONNECTION, closed_at=None)
    left.filter(workspace__connection=None).update(closed_at=timezone.now())
    opened, last = 0, None
    while True:
        rows = Connection.objects.select_related("workspace").order_by("pk")
        found = list(rows.filter(pk__gt=last)[:BATCH] if last else rows[:BATCH])
        for connection in found:
            opened += _watch_one(connection)
        if len(found) < BATCH:
            return opened
        last = found[-1].pk


def watch_errands() -> int:
    """Follow which acts at the gateway wait for a person's word."""
    now: dict[UUID, dict[str, Seen]] = defaultdict(dict)
    for errand in Errand.objects.filter(state=Errand.State.UNCLEAR, due_at=None):
        now[errand.workspace_id][str(errand.pk)] = _unclear(errand)
    return alerts.follow_everywhere(Kind.ERRAND, now)


def _unclear(errand: Errand) -> Seen:
    is_of_numbers = errand.kind in found_errands.OF_NUMBERS
    page = "accounts:number_list" if is_of_numbers else "accounts:subaccount_list"
    # Nobody needs the addresses that SMS go on to in an alert.
    values = {} if errand.kind == Errand.Kind.FORWARD else errand.values
    facts = {
        "kind": errand.kind,
        "subject": errand.subject,
        "name": errand.subject_name,
        "values": values,
    }
    return Seen(reverse(page), facts)


def _watch_one(connection: Connection) -> int:
    now = {
        Kind.LOW_BALANCE: _low_balance(connection),
        Kind.CONNECTION: _lost(connection) or _away(connection),
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


def _away(connection: Connection) -> Seen | None:
    poll = polls.get(connection, Poll.Kind.BALANCE)
    if poll is None or poll.failures < LEAST_FAILURES or poll.code == NOT_ALLOWED:
        return None
    since = poll.succeeded_at or connection.created_at
    if timezone.now() - since < AWAY_AFTER:
        return None
    return Seen(reverse("accounts:system"), {"is_away": True})


def _hook(connection: Connection) -> Seen | None:
    if connection.is_broken:
        return None
    health = hooks.health(connection)
    if not health.can_be_reached:
        # Nothing can come here; the Connection page says so, and journals are read.
        return None
    if not health.fault:
        return None
    return Seen(reverse("accounts:connection"), {"reason": health.fault})
