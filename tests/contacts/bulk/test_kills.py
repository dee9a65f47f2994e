"""A job whose workers are killed is done once for each contact."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import BulkChange, BulkJob, Contact, Work
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter
from contacts.services import bulk_jobs, works
from tests.contacts.imports.test_kills import environment

ROWS = 6_000
KILLS = 3
WORK = """
import sys, uuid, django
django.setup()
from contacts.services import bulk_runs
bulk_runs.BATCH = 50
run = bulk_runs.run if sys.argv[1] == "bulk" else bulk_runs.run_undo
run(uuid.UUID(sys.argv[2]))
"""
FILL = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, notes, custom)
SELECT %s, gen_random_uuid(), '+49171' || (1000000 + n), 'DE', '', '', '', '', '', '',
  '', '', '', '{}' FROM generate_series(1, %s) AS n
"""


def work(kind: str, work_id: UUID) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WORK, kind, str(work_id)]
    return subprocess.Popen(command, env=environment(), cwd=settings.BASE_DIR)


def do_with_kills(model: type[Work], work_id: UUID) -> int:
    """Do a work with a worker killed again and again; return how often."""
    kills = 0
    while kills < KILLS:
        worker = work(model.KIND, work_id)
        before = now = model._default_manager.get(id=work_id).bookmark
        while now == before and worker.poll() is None:
            time.sleep(0.005)
            now = model._default_manager.get(id=work_id).bookmark
        if worker.poll() is not None:
            break
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        kills += 1
        past = timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
        model._default_manager.filter(state="running").update(heartbeat_at=past)
    assert work(model.KIND, work_id).wait() == 0
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
