"""A job whose workers are killed is done once for each contact."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import BulkChange, BulkJob, Contact, Work
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs, works
from tests.contacts import workers
from tests.contacts.workers import Worker, ends_well, kill_when_it_has_moved

ROWS = 6_000
KILLS = 3
VALUES = {"bulk_runs.BATCH": 50}
FILL = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, notes, custom)
SELECT %s, gen_random_uuid(), '+49171' || (1000000 + n), 'DE', '', '', '', '', '', '',
  '', '', '', '{}' FROM generate_series(1, %s) AS n
"""


def work(model: type[Work], work_id: UUID) -> Worker:
    run = "run" if model is BulkJob else "run_undo"
    return workers.begin(f"bulk_runs.{run}", work_id, VALUES)


def do_with_kills(model: type[Work], work_id: UUID) -> int:
    """Do a work with a worker killed again and again; return how often."""
    kills, rows = 0, model._default_manager
    worker = partial(work, model, work_id)

    def moved() -> int:
        return rows.values_list("bookmark", flat=True).get(id=work_id)

    while kills < KILLS:
        if not kill_when_it_has_moved(worker, moved, within_s=0):
            break
        kills += 1
        past = timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
        rows.filter(state="running").update(heartbeat_at=past)
    assert ends_well(worker())
    return kills


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_delete_and_its_killed_undo_lose_nobody(workspace: Workspace) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [workspace.pk, ROWS])
    before = set(Contact.objects.values_list("id", "uuid", "phone"))
    job = bulk_jobs.start(
        workspace=workspace, actor=None, choice=Choice(Filter()), act="delete"
    )
    assert do_with_kills(BulkJob, job.id) == KILLS
    job.refresh_from_db()
    assert (job.state, job.done, job.changed) == ("finished", ROWS, ROWS)
    assert (Contact.objects.count(), BulkChange.objects.count()) == (0, ROWS)
    undo = bulk_jobs.undo(job=job, actor=None)
    assert do_with_kills(type(undo), undo.id) == KILLS
    undo.refresh_from_db()
    assert (undo.state, undo.restored) == ("finished", ROWS)
    assert set(Contact.objects.values_list("id", "uuid", "phone")) == before
