"""Jobs on many contacts, started and done in the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User, Workspace
from contacts.models import BulkJob, BulkUndo, Contact
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs, bulk_runs, contacts

Start = Callable[..., BulkJob]
Undo = Callable[[BulkJob], BulkUndo]


def finish(job: BulkJob) -> None:
    """Do a job to its end, as a worker would."""
    assert bulk_runs.run(job.id)
    job.refresh_from_db()


@pytest.fixture
def three(workspace: Workspace) -> list[Contact]:
    """Three contacts with numbers, in the order in which they were added."""
    return [
        contacts.create(
            workspace=workspace,
            actor=None,
            phone=f"+4917100000{at}{at}",
            firstname=name,
            custom={"size": "XL"} if at else {},
        )
        for at, name in enumerate(("Anna", "Bo", "Cem"))
    ]


@pytest.fixture
def start(workspace: Workspace, manager: User) -> Start:
    """Return a function that starts a job on all contacts, or on those given."""

    def give(act: str, wanted: Filter | None = None, **options: Any) -> BulkJob:
        rows = options.pop("rows", ())
        choice = Choice(wanted or Filter(), tuple(row.uuid for row in rows))
        return bulk_jobs.start(
            workspace=workspace, actor=manager, choice=choice, act=act, **options
        )

    return give


@pytest.fixture
def do(start: Start) -> Start:
    """Return a function that starts a job and does it to its end."""

    def give(act: str, *args: Any, **options: Any) -> BulkJob:
        job = start(act, *args, **options)
        finish(job)
        return job

    return give


@pytest.fixture
def undo(manager: User) -> Undo:
    """Return a function that takes a job back to its end."""

    def give(job: BulkJob) -> BulkUndo:
        taken_back = bulk_jobs.undo(job=job, actor=manager)
        assert bulk_runs.run_undo(taken_back.id)
        taken_back.refresh_from_db()
        return taken_back

    return give
