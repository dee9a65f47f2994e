"""Rows of stored events: taken to be applied, closed or put off, written back at once.

Whoever applies events, in `reports` or beside it, changes the rows by these alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection as database
from django.utils import timezone

from messaging.models import WebhookEvent
from seven_dashboard.gateway.events import GatewayEvent

State = WebhookEvent.State
# When a report without a message is looked at again; after the last one, no more.
PAUSES_S = (2, 5, 15, 60, 300, 1800, 7200, 21_600, 86_400, 86_400)
# Tries of an event that fails by a mistake of ours.
FAILURES = 5

_SAVE = """
UPDATE messaging_webhookevent AS e SET
    kind = n.kind, state = n.state, error = n.error, tries = n.tries, due_at = n.due_at,
    applied_at = n.applied_at, occurred_at = n.occurred_at, subject = n.subject,
    message_id = n.message_id
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[],
            %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[],
            %s::bigint[])
    AS n (id, kind, state, error, tries, due_at, applied_at, occurred_at, subject,
          message_id)
WHERE e.id = n.id
"""


def take(limit: int) -> list[WebhookEvent]:
    """Return events that are due, locked; what another process holds is left out."""
    return list(
        WebhookEvent.objects.select_for_update(skip_locked=True)
        .filter(state__in=(State.PENDING, State.UNMATCHED), due_at__lte=timezone.now())
        # Few workspaces and many events: each workspace is read once.
        .prefetch_related("workspace")
        .order_by("due_at", "id")[:limit]
    )


def describe(stored: WebhookEvent, event: GatewayEvent) -> None:
    """Note on the row what the event is, for whoever looks for it in the log."""
    stored.kind = event.name[:24]
    stored.occurred_at = event.occurred_at
    stored.subject = event.subject[:32]


def close(event: WebhookEvent, state: str, *, error: str = "") -> None:
    """Note that nothing more is to be done with an event."""
    event.state = state
    event.error = error[:200]
    event.applied_at = timezone.now()


def wait(event: WebhookEvent) -> None:
    """Look again later, ever more rarely, until a message is there for it."""
    if event.tries >= len(PAUSES_S):
        close(event, State.IGNORED, error="no message of ours")
        return
    event.state = State.UNMATCHED
    event.due_at = timezone.now() + timedelta(seconds=PAUSES_S[event.tries])
    event.tries += 1


def try_later(event: WebhookEvent, *, error: str) -> None:
    """Put off an event that failed: a lost connection or a deadlock passes.

    What still fails after that waits for a person, who may have it applied again.
    """
    if event.tries >= FAILURES:
        close(event, State.FAILED, error=error)
        return
    event.state, event.error = State.PENDING, error[:200]
    event.due_at = timezone.now() + timedelta(seconds=PAUSES_S[event.tries])
    event.tries += 1


def save(stored: Sequence[WebhookEvent]) -> None:
    """Write all rows by one statement, in the order of their ids."""
    rows = sorted(stored, key=lambda event: event.pk)
    with database.cursor() as cursor:
        cursor.execute(
            _SAVE,
            [
                [e.pk for e in rows],
                [e.kind for e in rows],
                [str(e.state) for e in rows],
                [e.error for e in rows],
                [e.tries for e in rows],
                [e.due_at for e in rows],
                [e.applied_at for e in rows],
                [e.occurred_at for e in rows],
                [e.subject for e in rows],
                [e.message_id for e in rows],
            ],
        )
