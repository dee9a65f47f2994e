"""The work of a job and of its undo: claimed by one worker, done batch by batch.

A batch, what is kept of it, the counters and the bookmark are committed together, so
a worker that dies loses the batch it was at and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.http import Http404

from accounts.services import audit
from contacts.models import BulkChange, BulkJob, BulkUndo, Work
from contacts.selectors import choices
from contacts.services import bulk_jobs, groups, works
from contacts.services.bulk_acts import ACTS
from contacts.services.bulk_undos import UNDOS
from contacts.services.pace import Pace
from seven_dashboard.errors import Refused

logger = logging.getLogger(__name__)

W = TypeVar("W", bound=Work)

# The most that a step takes, of what costs little.
BATCH = 4_000
MAX_DEADLOCKS = 5


def run(job_id: UUID) -> bool:
    """Do a job from its bookmark to its end; False when it is not ours to do."""
    return _run(BulkJob, job_id, _act)


def run_undo(undo_id: UUID) -> bool:
    """Take back a job's changes from the bookmark on; False when it is not ours."""
    return _run(BulkUndo, undo_id, _take_back)


def _run(model: type[W], work_id: UUID, step: Callable[[W, int], bool]) -> bool:
    work = works.claim(model, work_id)
    if work is None:
        return False
    try:
        _count(work)
        pace = Pace(BATCH)
        while _stepped(work, step, pace):
            pass
    except works.ClaimLost:
        logger.info("work given up", extra={"work_id": str(work_id)})
        return False
    except (Refused, Http404) as error:
        _settle(work, failed=getattr(error, "code", "criteria_gone"))
    else:
        _settle(work)
    return True


def _count(work: Work) -> None:
    """Count what is to be done, once, so that progress can be told."""
    if isinstance(work, BulkJob) and not work.total:
        work.total = choices.of(work).count()
        BulkJob.objects.filter(pk=work.pk).update(total=work.total)


def _stepped(work: W, step: Callable[[W, int], bool], pace: Pace) -> bool:
    """Do one step in its transaction; once more when others stood in the way."""
    for attempt in range(1, MAX_DEADLOCKS + 1):
        try:
            with pace.step() as most, transaction.atomic():
                return step(works.hold(work), most)
        except (OperationalError, IntegrityError) as error:
            if attempt == MAX_DEADLOCKS or not _is_passing(error):
                raise
    raise AssertionError("unreachable")


def _act(job: BulkJob, most: int) -> bool:
    if job.drops_group:
        return _drop_group(job)
    ids = choices.batch(job, most=most)
    if not ids:
        return False
    changed = ACTS[job.act](job, ids)
    BulkJob.objects.filter(pk=job.pk).update(changed=F("changed") + changed)
    works.advance(job, done=len(ids), bookmark=ids[-1])
    return True


def _drop_group(job: BulkJob) -> bool:
    """Delete the job's group in a single step; see ``groups.delete``."""
    if job.group is None:
        return False
    members = groups.delete(group=job.group, actor=job.created_by)
    BulkJob.objects.filter(pk=job.pk).update(changed=members)
    works.advance(job, done=members, bookmark=job.newest_id)
    return True


def _take_back(undo: BulkUndo, most: int) -> bool:
    changes = BulkChange.objects.filter(job=undo.job_id, target_id__gt=undo.bookmark)
    found = changes.order_by("target_id").values_list("target_id", flat=True)
    ids = list(found[:most])
    if not ids:
        return False
    restored = UNDOS[undo.job.act](undo.job, ids, undo.created_by)
    BulkUndo.objects.filter(pk=undo.pk).update(restored=F("restored") + restored)
    works.advance(undo, done=len(ids), bookmark=ids[-1])
    return True


def _settle(work: Work, *, failed: str = "") -> None:
    """End a work and write its one entry into the audit trail."""
    with transaction.atomic():
        is_ours = works.fail(work, failed) if failed else works.finish(work)
        if not is_ours:
            return
        work.refresh_from_db()
        if isinstance(work, BulkUndo):
            _record_undo(work)
        elif isinstance(work, BulkJob):
            bulk_jobs.record(work, work.created_by)
            if work.takes_group and work.group and not failed:
                # A campaign may need the group since the click: then it stays, empty.
                with suppress(Refused):
                    groups.delete(group=work.group, actor=work.created_by)


def _record_undo(undo: BulkUndo) -> None:
    audit.record(
        workspace=undo.workspace,
        actor=undo.created_by,
        action=f"bulk.undo_{undo.job.act}",
        subject=undo.job.subject,
        after={"contacts_changed": undo.job.changed, "restored": undo.restored},
    )


def _is_passing(error: Exception) -> bool:
    """Tell a deadlock, or a group that went in this moment, from a real fault."""
    return getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001", "23503"}
