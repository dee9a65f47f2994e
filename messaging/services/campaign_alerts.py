"""See whether what is sent needs somebody: pauses, silence, prices."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts.models import Alert, Connection, PriceChange, Workspace
from accounts.selectors.price_history import Difference
from accounts.services import alerts
from accounts.services.alerts import Seen
from messaging.models import Campaign
from messaging.selectors import event_health, used_prices
from messaging.states import CampaignState

Kind = Alert.Kind
BATCH = 500
# Prices are polled once a day.
PRICES_LOOK_BACK = timedelta(days=2)
# Somebody paused it themselves and knows.
BY_PERSON = ("", "person")


def watch_pauses() -> int:
    """Follow which campaigns are paused; return how many alerts are new."""
    now: dict[UUID, dict[str, Seen]] = defaultdict(dict)
    paused = Campaign.objects.filter(state=CampaignState.PAUSED).exclude(
        pause_reason__in=BY_PERSON
    )
    fields = ("pk", "workspace_id", "name", "pause_reason")
    for pk, workspace_id, name, reason in paused.values_list(*fields):
        path = reverse("messaging:campaign_detail", args=[pk])
        # A pause for another reason is news, however shortly it follows.
        subject = f"{pk.hex} {reason}"[:64]
        now[workspace_id][subject] = Seen(path, {"name": name, "reason": reason})
    return alerts.follow_everywhere(Kind.PAUSED, now)


def watch_silence() -> int:
    """Follow where messages are accepted and no event comes."""
    opened, last = 0, None
    while True:
        rows = Connection.objects.select_related("workspace").order_by("pk")
        found = list(rows.filter(pk__gt=last)[:BATCH] if last else rows[:BATCH])
        for connection in found:
            opened += len(
                alerts.follow(
                    workspace=connection.workspace,
                    kind=Kind.SILENT,
                    now=_silence(connection),
                )
            )
        if len(found) < BATCH:
            return opened
        last = found[-1].pk


def watch_prices() -> int:
    """Tell once of each country whose price changed and where campaigns went."""
    since = timezone.now() - PRICES_LOOK_BACK
    changes = PriceChange.objects.filter(changed_at__gte=since)
    concerned = Connection.objects.filter(pk__in=changes.values("connection"))
    told = 0
    for connection in concerned.select_related("workspace"):
        by_country: dict[str, list[Difference]] = defaultdict(list)
        for used in used_prices.changed_since(connection.workspace, since):
            by_country[used.difference.country].append(used.difference)
        for country, found in by_country.items():
            told += _tell_price(connection.workspace, country, found)
    return told


def _tell_price(workspace: Workspace, country: str, found: list[Difference]) -> bool:
    """Tell of a country's usual price, or of that network's which changed most."""
    first = min(found, key=lambda one: (bool(one.mcc), -abs(one.share or Decimal(0))))
    # A price that changes again is another alert.
    subject = f"{country} {first.now} {first.since:%Y-%m-%d}"
    facts = {
        "country": country,
        "network": first.network,
        "was": None if first.was is None else str(first.was),
        "now": None if first.now is None else str(first.now),
        "others": len(found) - 1,
    }
    seen = Seen(reverse("accounts:price_networks", args=[first.key]), facts)
    alert = alerts.tell(
        workspace=workspace, kind=Kind.PRICE, subject=subject, seen=seen
    )
    return alert is not None


def _silence(connection: Connection) -> dict[str, Seen]:
    if connection.is_broken or not event_health.silence(connection).is_silent:
        return {}
    return {"": Seen(reverse("accounts:connection"))}
