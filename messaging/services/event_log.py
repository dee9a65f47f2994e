"""The log of events: apply one again, keep it so long, forget what is older."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Connection, User, Workspace
from accounts.services import audit
from messaging.models import EventSettings, WebhookEvent
from messaging.models.events import DAYS_KEPT
from messaging.selectors import event_log as selected
from seven_dashboard.errors import Refused

State = WebhookEvent.State
# A signature holds for up to five days (letterbox.MAX_AGE_S, MAX_AHEAD_S): as long must
# the row be there, or a replayed post would be taken for a new event.
LEAST_DAYS: Final = 7
MOST_DAYS: Final = 730
# Failed events that one click takes up; the button stays while there are more.
AT_ONCE: Final = 5_000
_BATCH: Final = 5_000
# Of posts that were refused, the newest are kept.
REFUSED_KEPT: Final = 500

# From the old end, without looking for it: ids grow with time.
_FORGET = """
DELETE FROM messaging_webhookevent WHERE id IN (
    SELECT id FROM (
        SELECT id, received_at, state FROM messaging_webhookevent
        WHERE workspace_id = %s ORDER BY id LIMIT %s) AS oldest
    WHERE received_at < %s AND state IN ('applied', 'ignored', 'failed'))
"""
_REFUSED = """
DELETE FROM messaging_refusedevent WHERE connection_id = %s AND id < (
    SELECT id FROM messaging_refusedevent WHERE connection_id = %s
    ORDER BY id DESC OFFSET %s LIMIT 1)
"""


@transaction.atomic
def replay(*, event: WebhookEvent, actor: User) -> None:
    """Have one event applied again; what it says and is known already changes nothing.

    Raises Refused while it waits to be applied anyway.
    """
    locked = WebhookEvent.objects.select_for_update().get(pk=event.pk)
    if locked.state == State.PENDING:
        raise Refused(_("This event is still waiting."), code="pending")
    before = locked.state
    locked.state, locked.tries, locked.error = State.PENDING, 0, ""
    locked.due_at, locked.replays = timezone.now(), locked.replays + 1
    locked.save(update_fields=["state", "tries", "error", "due_at", "replays"])
    audit.record(
        workspace=locked.workspace,
        actor=actor,
        action="event.replay",
        subject=str(locked.pk),
        before={"state": before},
        after={"state": State.PENDING.value, "kind": locked.kind},
    )


@transaction.atomic
def replay_failed(*, workspace: Workspace, actor: User) -> int:
    """Have the newest failed events applied again; return how many."""
    ids = selected.newest_failed(workspace, most=AT_ONCE)
    replayed = WebhookEvent.objects.filter(pk__in=ids, state=State.FAILED).update(
        state=State.PENDING,
        tries=0,
        error="",
        due_at=timezone.now(),
        replays=F("replays") + 1,
    )
    if replayed:
        audit.record(
            workspace=workspace,
            actor=actor,
            action="event.replay_failed",
            after={"events": replayed},
        )
    return replayed


def days_kept(workspace: Workspace) -> int:
    """Return for how many days the workspace keeps its events."""
    try:
        return int(workspace.event_settings.days_kept)
    except EventSettings.DoesNotExist:
        return DAYS_KEPT


@transaction.atomic
def keep_for(*, workspace: Workspace, actor: User, days: int) -> None:
    """Set for how many days events are kept; older ones go with the next sweep."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise Refused(
            _("Events are kept for %(least)s to %(most)s days.")
            % {"least": LEAST_DAYS, "most": MOST_DAYS},
            code="days",
            field="days_kept",
        )
    before = days_kept(workspace)
    if before == days:
        return
    workspace.event_settings, _new = EventSettings.objects.update_or_create(
        workspace=workspace, defaults={"days_kept": days}
    )
    audit.record(
        workspace=workspace,
        actor=actor,
        action="event.keep_for",
        before={"days_kept": before},
        after={"days_kept": days},
    )


def forget_old(*, most: int = 50_000) -> dict[str, int]:
    """Delete events past their time, in short statements; return how many.

    What still waits for a message is kept. `most` bounds one run, so that a large
    backlog never holds up the clock.
    """
    forgotten = 0
    for workspace in Workspace.objects.select_related("event_settings"):
        since = timezone.now() - timedelta(days=days_kept(workspace))
        while forgotten < most:
            deleted = _delete_oldest(workspace, since)
            forgotten += deleted
            if deleted < _BATCH:
                break
    return {"events": forgotten, "refused": _forget_refused()}


def _delete_oldest(workspace: Workspace, since: datetime) -> int:
    with database.cursor() as cursor:
        cursor.execute(_FORGET, [workspace.pk, _BATCH, since])
        return int(cursor.rowcount)


def _forget_refused() -> int:
    deleted = 0
    with database.cursor() as cursor:
        for connection_id in Connection.objects.values_list("pk", flat=True):
            cursor.execute(_REFUSED, [connection_id, connection_id, REFUSED_KEPT])
            deleted += cursor.rowcount
    return deleted
