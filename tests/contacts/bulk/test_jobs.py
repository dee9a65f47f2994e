"""A job's life: cancelled, undone once, forgotten after a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from contacts.models import BulkChange, BulkJob, BulkUndo, Contact, Group
from contacts.services import bulk_jobs, bulk_runs, works
from contacts.services.pace import Pace
from seven_dashboard.errors import Refused
from tests.contacts.bulk.conftest import Start, Undo

ADD = BulkJob.Act.ADD


def age(job: BulkJob, by: timedelta) -> None:
    BulkJob.objects.filter(pk=job.pk).update(finished_at=timezone.now() - by)
    job.refresh_from_db()


def test_cancelled_job_is_not_done(
    three: list[Contact], group: Group, start: Start
) -> None:
    job = start(ADD, group=group)
    assert bulk_jobs.cancel(job=job, actor=None)
    assert not bulk_runs.run(job.id)
    assert not group.contacts.exists()
    assert AuditEntry.objects.get(action="bulk.add").after["outcome"] == "cancelled"


def test_what_a_cancelled_job_has_done_can_be_undone(
    three: list[Contact],
    group: Group,
    start: Start,
    undo: Undo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk_runs, "BATCH", 2)
    job = start(ADD, group=group)
    claimed = works.claim(BulkJob, job.id)
    assert claimed
    bulk_runs._stepped(claimed, bulk_runs._act, Pace(2))
    bulk_jobs.cancel(job=job, actor=None)
    job.refresh_from_db()
    assert (job.done, job.changed, job.bookmark) == (2, 2, three[1].pk)
    assert undo(job).restored == 2


def test_job_is_undone_once(
    three: list[Contact], group: Group, do: Start, undo: Undo
) -> None:
    job = do(ADD, group=group)
    undo(job)
    with pytest.raises(Refused, match="no longer"):
        bulk_jobs.undo(job=job, actor=None)
    assert BulkUndo.objects.count() == 1


def test_day_later_nothing_is_undone(
    three: list[Contact], group: Group, do: Start
) -> None:
    job = do(ADD, group=group)
    age(job, bulk_jobs.UNDO_FOR)
    with pytest.raises(Refused):
        bulk_jobs.undo(job=job, actor=None)


def test_changes_are_forgotten_when_they_are_old(
    three: list[Contact],
    group: Group,
    do: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk_jobs, "FORGET_SLICE", 2)
    job = do(ADD, group=group)
    assert bulk_jobs.forget_old() == 0
    age(job, bulk_jobs.FORGET_AFTER)
    assert bulk_jobs.forget_old() == 3
    assert not BulkChange.objects.exists()
    job.refresh_from_db()
    assert job.is_forgotten


def test_changes_that_are_being_undone_are_kept(
    three: list[Contact], group: Group, do: Start
) -> None:
    job = do(ADD, group=group)
    bulk_jobs.undo(job=job, actor=None)
    age(job, bulk_jobs.FORGET_AFTER)
    assert bulk_jobs.forget_old() == 0


def test_job_goes_with_its_changes(
    three: list[Contact], group: Group, do: Start
) -> None:
    do(ADD, group=group).workspace.delete()
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize(
    ("took_s", "size"), [(0.01, 1_000), (0.5, 500), (2.0, 125), (60.0, 100)]
)
def test_slow_step_makes_the_next_one_smaller(took_s: float, size: int) -> None:
    pace = Pace(4_000)
    pace.note(took_s)
    assert pace.size == size


def test_steps_grow_to_the_most() -> None:
    pace = Pace(4_000)
    for _n in range(9):
        pace.note(0.01)
    assert pace.size == 4_000
