"""A first pull killed at random instants brings everybody, and each only once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from contacts.models import Contact, SyncLink, SyncRun
from contacts.services import works
from contacts.services.sync import setups
from tests.contacts.sync.conftest import Sides

CONTACTS = 1_500
KILLS = 4
WORK = """
import sys, uuid, django
django.setup()
from contacts.services.sync import listing, runs
listing.PAGE_SIZE = 60
runs.run(uuid.UUID(sys.argv[1]))
"""


def work(run: SyncRun) -> subprocess.Popen[bytes]:
    names = connection.settings_dict
    login = f"{quote(names['USER'])}:{quote(names['PASSWORD'])}"
    server = f"{names['HOST']}:{names['PORT']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        "DATABASE_URL": f"postgresql://{login}@{server}/{names['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "SEVEN_BASE_URL": settings.SEVEN_BASE_URL,
        "DEBUG": "1",
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-c", WORK, str(run.id)]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)


def kill_when_it_has_moved(worker: subprocess.Popen[bytes], run: SyncRun) -> bool:
    """Kill the worker a random moment after a page; False when it was done."""
    before = run.last_id
    while run.last_id == before and worker.poll() is None:
        run.refresh_from_db()
        time.sleep(0.005)
    time.sleep(random.uniform(0, 0.1))
    was_running = worker.poll() is None
    os.kill(worker.pid, signal.SIGKILL) if was_running else None
    worker.wait()
    return was_running


def let_the_claim_run_out(run: SyncRun) -> None:
    past = timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
    SyncRun.objects.filter(id=run.id, state=SyncRun.State.RUNNING).update(
        heartbeat_at=past
    )


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_first_pull_brings_everybody_once(sides: Sides) -> None:
    sides.sandbox.ask("contacts", count=CONTACTS)
    sides.agree()
    run = setups.begin(setup=sides.setup, actor=None)
    kills = 0
    while kills < KILLS and kill_when_it_has_moved(work(run), run):
        kills += 1
        let_the_claim_run_out(run)
    assert kills >= 2
    assert work(run).wait() == 0
    run.refresh_from_db()
    assert run.state == SyncRun.State.FINISHED
    assert (run.tally["created_here"], run.done) == (CONTACTS, CONTACTS)
    assert Contact.objects.count() == SyncLink.objects.count() == CONTACTS
    assert sides.writes() == {}
