"""The life of a work: claimed by one worker, held for each step, settled once.

A step is a transaction that begins with ``hold`` and ends with ``advance``: what it
writes, the counters and the bookmark are committed together. A worker that dies loses
its step and nothing else; after ``STALE_AFTER_S`` of silence another one goes on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models.work import Work

W = TypeVar("W", bound=Work)

STALE_AFTER_S = 30
# So many errors that nobody foresaw without a step between them end a work.
MAX_BREAKDOWNS = 5
LONGEST_PAUSE_S = 600


class ClaimLost(Exception):
    """The work was cancelled, or another worker has taken it over."""


def claim(model: type[W], work_id: UUID) -> W | None:
    """Take a work that is ready, or whose worker has died; None if it is not ours."""
    mine, now = uuid4(), timezone.now()
    is_dead = Q(
        state=Work.State.RUNNING,
        heartbeat_at__lt=now - timedelta(seconds=STALE_AFTER_S),
    )
    claimed = _rows(model).filter(Q(state=Work.State.READY) | is_dead, id=work_id)
    if not claimed.update(
        state=Work.State.RUNNING,
        claim=mine,
        heartbeat_at=now,
        started_at=Coalesce("started_at", Now()),
    ):
        return None
    return _rows(model).select_related("workspace", "created_by").get(id=work_id)


def hold(work: W) -> W:
    """Lock the work's row for a step and return it fresh; raise ``ClaimLost``.

    Inside a transaction: a cancel or a rival comes before the step or after it.
    """
    fresh = (
        _rows(type(work))
        .select_for_update(of=("self",))
        .filter(id=work.id, state=Work.State.RUNNING, claim=work.claim)
        .select_related("workspace", "created_by")
        .first()
    )
    if fresh is None:
        raise ClaimLost
    return fresh


def advance(work: Work, *, done: int = 0, bookmark: int | None = None) -> None:
    """Note ``done`` more pieces and the new bookmark; shows that the worker lives."""
    values: dict[str, object] = {"done": F("done") + done, "heartbeat_at": Now()}
    if bookmark is not None:
        values |= {"bookmark": bookmark, "breakdowns": 0}
    _mine(work).update(**values)


def beat(work: Work) -> None:
    """Show that the worker lives, between two steps; raise ``ClaimLost``."""
    if not _mine(work).update(heartbeat_at=Now()):
        raise ClaimLost


def finish(work: Work) -> bool:
    """Mark the work as finished; False when it is no longer ours."""
    return _settle(work, state=Work.State.FINISHED)


def fail(work: Work, error: str) -> bool:
    """Mark the work as failed with a sentence or code; False if it is not ours."""
    return _settle(work, state=Work.State.FAILED, error=error)


def cancel(work: Work) -> bool:
    """Stop a work; what it has done stays. False when it was over already."""
    changed = _rows(type(work)).filter(
        id=work.id, state__in=(Work.State.READY, Work.State.RUNNING)
    )
    return bool(changed.update(state=Work.State.CANCELLED, finished_at=timezone.now()))


def broke_down(model: type[Work], work_id: UUID) -> None:
    """Note an error that nobody foresaw: go on after a pause, or give the work up."""
    with transaction.atomic():
        running = _rows(model).filter(id=work_id, state=Work.State.RUNNING)
        work = running.select_for_update(of=("self",)).first()
        if work is None:
            return
        if model.GIVES_UP and work.breakdowns >= MAX_BREAKDOWNS:
            if fail(work, Work.BROKEN):
                record_given_up(work.workspace, work.created_by, model.KIND)
            return
        running.update(state=Work.State.READY, **broken(work.breakdowns))


def record_given_up(
    workspace: Workspace, actor: User | None, kind: str, subject: str = ""
) -> None:
    """Note in the audit trail that what somebody has started will not be done."""
    audit.record(
        workspace=workspace,
        actor=actor,
        action="work.give_up",
        subject=subject,
        after={"kind_of_work": kind},
    )


def broken(breakdowns: int) -> dict[str, object]:
    """Return what a breakdown changes; the sweep rings again after the pause."""
    pause_s = min(STALE_AFTER_S * 2 ** min(breakdowns, 10), LONGEST_PAUSE_S)
    return {
        "breakdowns": min(breakdowns + 1, 1_000),
        "heartbeat_at": timezone.now() + timedelta(seconds=pause_s - STALE_AFTER_S),
    }


def rung(model: type[Work], work_ids: list[UUID]) -> None:
    """Note that a worker was rung for, so that the next sweep waits before ringing."""
    _rows(model).filter(id__in=work_ids, state=Work.State.READY).update(
        heartbeat_at=timezone.now()
    )


def _settle(work: Work, **values: str) -> bool:
    return bool(_mine(work).update(finished_at=timezone.now(), **values))


def _mine(work: Work) -> models.QuerySet[Work]:
    return _rows(type(work)).filter(
        id=work.id, claim=work.claim, state=Work.State.RUNNING
    )


def _rows(model: type[W]) -> models.QuerySet[W]:
    return model._default_manager.all()
