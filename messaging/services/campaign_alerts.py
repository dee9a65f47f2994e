"""See whether what is sent needs somebody: pauses, silence, prices."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.urls import reverse

from accounts.models import Alert, Connection, Workspace
from accounts.services import alerts
from accounts.services.alerts import Seen
from messaging.models import Campaign
from messaging.selectors import event_health
from messaging.states import CampaignState

Kind = Alert.Kind
BATCH = 500
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
        now[workspace_id][str(pk)] = Seen(path, {"name": name, "reason": reason})
    told = Alert.objects.filter(kind=Kind.PAUSED, closed_at=None)
    concerned = set(now) | set(told.values_list("workspace_id", flat=True))
    return sum(
        len(alerts.follow(workspace=one, kind=Kind.PAUSED, now=now[one.pk]))
        for one in Workspace.objects.filter(pk__in=concerned)
    )


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


def _silence(connection: Connection) -> dict[str, Seen]:
    if connection.is_broken or not event_health.silence(connection).is_silent:
        return {}
    return {"": Seen(reverse("accounts:connection"))}
