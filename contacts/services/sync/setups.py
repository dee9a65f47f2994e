"""The settings of a sync: what is kept in step, who has agreed to it, when it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection, User, Workspace
from accounts.services import audit, schedules
from contacts.models import Direction, SyncGroup, SyncRun, SyncSetup
from contacts.services import works
from contacts.services.sync import brake
from seven_dashboard.errors import Refused

KEEP_RUNS: Final = timedelta(days=30)
CHANGED: Final = _("The settings have changed since. Look at a new preview.")
FIELDS: Final = (
    "ungrouped",
    "on_conflict",
    "on_deleted_here",
    "on_deleted_there",
    "sends_own_fields",
)


def of(workspace: Workspace) -> SyncSetup:
    """Return the settings of a workspace; everything is off at first."""
    return SyncSetup.objects.get_or_create(workspace=workspace)[0]


def connection_of(workspace: Workspace) -> Connection:
    """Return the gateway account to sync with, or raise Refused."""
    found = Connection.objects.filter(workspace=workspace).first()
    if found is None:
        raise Refused(
            _("No gateway account is connected. Connect one first."),
            code="no_connection",
        )
    return found


def digest(setup: SyncSetup) -> str:
    """Return what stands for these settings with this key; "" without a key."""
    connection = Connection.objects.filter(workspace=setup.workspace_id).first()
    if connection is None:
        return ""
    on = SyncGroup.objects.filter(workspace=setup.workspace_id)
    facts = [
        str(connection.pk),
        str(connection.keys_changed_at),
        connection.subaccount_id,
        *(str(getattr(setup, name)) for name in FIELDS),
        sorted(on.exclude(direction=Direction.OFF).values_list("pk", "direction")),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def is_approved(setup: SyncSetup) -> bool:
    """Say whether a person has agreed to just these settings, with this key."""
    return bool(setup.approved) and setup.approved == digest(setup)


def is_on(setup: SyncSetup) -> bool:
    """Say whether anything is to be kept in step."""
    if setup.ungrouped != Direction.OFF:
        return True
    mine = SyncGroup.objects.filter(workspace=setup.workspace_id)
    return mine.exclude(direction=Direction.OFF).exists()


def change(*, setup: SyncSetup, actor: User, values: Mapping[str, Any]) -> None:
    """Change the rules; what was agreed to holds no more, and a run in hand ends."""
    before = {name: getattr(setup, name) for name in FIELDS}
    with transaction.atomic():
        for name in FIELDS:
            setattr(setup, name, values.get(name, before[name]))
        setup.save(update_fields=list(FIELDS))
        after = {name: getattr(setup, name) for name in FIELDS}
        _end_runs(setup)
        if before != after:
            _record(setup, actor, "sync.update", before=before, after=after)


def schedule(*, setup: SyncSetup, actor: User, is_on: bool, minutes: int) -> None:
    """Let it run by itself every so many minutes, or not."""
    before = _times(setup)
    setup.is_automatic, setup.every_minutes = is_on, minutes
    setup.due_at = timezone.now() + _interval(setup) if is_on else None
    setup.save(update_fields=["is_automatic", "every_minutes", "due_at"])
    if before != _times(setup):
        _record(setup, actor, "sync.update", before=before, after=_times(setup))


def approve(*, setup: SyncSetup, run: SyncRun, actor: User) -> None:
    """Agree to what a preview has shown; raises Refused when it is out of date."""
    now = digest(setup)
    if not run.is_preview or run.state != SyncRun.State.FINISHED or run.digest != now:
        raise Refused(
            _("The settings have changed since this preview. Make a new one."),
            code="outdated",
        )
    setup.approved, setup.approved_at, setup.approved_by = now, timezone.now(), actor
    setup.save(update_fields=["approved", "approved_at", "approved_by"])
    _record(setup, actor, "sync.approve", after=dict(run.tally))


@contextmanager
def still_agreed(setup: SyncSetup) -> Iterator[None]:
    """Let an agreement outlive a change that only leaves something out of the sync."""
    was_agreed = is_approved(setup)
    yield
    if was_agreed:
        setup.approved = digest(setup)
        setup.save(update_fields=["approved"])


def begin(
    *,
    setup: SyncSetup,
    actor: User | None,
    is_preview: bool = False,
    is_short: bool = False,
    is_released: bool = False,
    accepts_missing: bool = False,
) -> SyncRun:
    """Make a run ready for a worker; the caller rings for one.

    ``is_released`` and ``accepts_missing`` are what a person has said to the brake.

    Raises Refused while another one is under way, when nothing is switched on, and,
    but for a preview, when nobody has agreed to these settings yet.
    """
    connection_of(setup.workspace)
    if not is_on(setup):
        raise Refused(
            _("Nothing is synced yet. Choose a direction for a group first."),
            code="nothing_on",
        )
    if not is_preview and not is_approved(setup):
        raise Refused(
            _("Look at a preview first: the settings are new, or have changed."),
            code="not_approved",
        )
    try:
        with transaction.atomic():
            return SyncRun.objects.create(
                workspace=setup.workspace,
                created_by=actor,
                is_preview=is_preview,
                is_short=is_short,
                is_released=is_released,
                braked={brake.MISSING: 0} if accepts_missing else {},
                phase=SyncRun.Phase.PUSH if is_short else SyncRun.Phase.GROUPS,
                digest=digest(setup),
            )
    except IntegrityError:
        raise Refused(
            _("A sync is under way. Wait until it has finished."), code="running"
        ) from None


def begin_due(*, most: int = 50) -> list[SyncRun]:
    """Make the runs ready whose time has come; two callers never start the same."""
    started, now = [], timezone.now()
    with transaction.atomic():
        due = SyncSetup.objects.select_for_update(
            skip_locked=True, of=("self",)
        ).filter(is_automatic=True, due_at__lte=now)
        for setup in due.select_related("workspace").order_by("due_at")[:most]:
            setup.due_at = now + _interval(setup)
            setup.save(update_fields=["due_at"])
            try:
                started.append(begin(setup=setup, actor=None))
            except Refused as refused:
                setup.error = str(refused.code)
                setup.save(update_fields=["error"])
    return started


def cancel(run: SyncRun) -> bool:
    """Stop a run; what it has done stays. False when it was over already."""
    return works.cancel(run)


def forget_old() -> int:
    """Delete runs of long ago, with the names and values that they have shown."""
    limit = timezone.now() - KEEP_RUNS
    return SyncRun.objects.filter(finished_at__lt=limit).delete()[0]


def note_success(workspace_id: UUID) -> None:
    """Plan the next run after the usual pause."""
    setup = SyncSetup.objects.get(workspace=workspace_id)
    setup.failures, setup.error = 0, ""
    setup.due_at = timezone.now() + _interval(setup) if setup.is_automatic else None
    setup.save(update_fields=["failures", "error", "due_at"])


def note_failure(workspace_id: UUID, sentence: str) -> None:
    """Plan the next run after a pause that doubles with each failure in a row."""
    setup = SyncSetup.objects.get(workspace=workspace_id)
    setup.failures, setup.error = min(setup.failures + 1, 1000), sentence
    if setup.is_automatic:
        pause = max(_interval(setup), schedules.pause_after(setup.failures))
        setup.due_at = timezone.now() + pause
    setup.save(update_fields=["failures", "error", "due_at"])


def _times(setup: SyncSetup) -> dict[str, object]:
    return {name: getattr(setup, name) for name in ("is_automatic", "every_minutes")}


def _interval(setup: SyncSetup) -> timedelta:
    return schedules.spread(timedelta(minutes=setup.every_minutes))


def _end_runs(setup: SyncSetup) -> None:
    open_states = (SyncRun.State.READY, SyncRun.State.RUNNING)
    for run in SyncRun.objects.filter(workspace=setup.workspace, state__in=open_states):
        works.cancel(run)


def _record(
    setup: SyncSetup,
    actor: User | None,
    action: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    audit.record(
        workspace=setup.workspace,
        actor=actor,
        action=action,
        before=before,
        after=after,
    )
