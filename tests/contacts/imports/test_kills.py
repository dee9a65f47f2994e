"""An import killed at random instants loses nothing and counts nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import Contact, Import, ImportRefusal
from contacts.services import groups, import_runs, imports

ROWS = 24_000
KILLS = 6
WORK = """
import sys, uuid, django
django.setup()
from contacts.services import import_runs, import_slices
import_slices.SLICE_ROWS = 500
import_runs.run(uuid.UUID(sys.argv[1]))
"""


def write_file(path: Path) -> dict[str, int]:
    """Write good rows, doubles and bad ones in a known mix; return the counts."""
    chance = random.Random(7)
    lines = ["Vorname;Handy;Kundennummer"]
    numbers = [f"0171{2_000_000 + at}" for at in range(ROWS)]
    counts = {"created": 0, "refused": 0, "duplicates": 0}
    seen: set[str] = set()
    for at in range(ROWS):
        fate = chance.random()
        if fate < 0.05:
            number, outcome = "12", "refused"
        elif fate < 0.15 and seen:
            number, outcome = chance.choice(numbers[:at]), ""
        else:
            number, outcome = numbers[at], ""
        if not outcome:
            outcome = "duplicates" if number in seen else "created"
            seen.add(number)
        counts[outcome] += 1
        lines.append(f"Anna {at};{number};{at}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return counts


def environment() -> dict[str, str]:
    names = connection.settings_dict
    login = f"{quote(names['USER'])}:{quote(names['PASSWORD'])}"
    server = f"{names['HOST']}:{names['PORT']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
        "DATABASE_URL": f"postgresql://{login}@{server}/{names['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DEBUG": "1",
        "PYTHONWARNINGS": "ignore",
    }


def work(source: Import) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WORK, str(source.id)]
    return subprocess.Popen(command, env=environment(), cwd=settings.BASE_DIR)


def kill_when_it_has_moved(worker: subprocess.Popen[bytes], source: Import) -> bool:
    """Kill the worker a random moment after its first slice; False when it was done."""
    before = source.bookmark
    while source.bookmark == before and worker.poll() is None:
        source.refresh_from_db()
        time.sleep(0.005)
    time.sleep(random.uniform(0, 0.08))
    was_running = worker.poll() is None
    os.kill(worker.pid, signal.SIGKILL) if was_running else None
    worker.wait()
    return was_running


def let_the_claim_run_out(source: Import) -> None:
    past = timezone.now() - timedelta(seconds=import_runs.STALE_AFTER_S + 1)
    Import.objects.filter(id=source.id, state=Import.State.RUNNING).update(
        heartbeat_at=past
    )


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_import_ends_with_exact_counts(
    workspace: Workspace, tmp_path: Path
) -> None:
    expected = write_file(tmp_path / "contacts.csv")
    group = groups.create(workspace=workspace, name="All", actor=None)
    with (tmp_path / "contacts.csv").open("rb") as stream:
        source = imports.upload(
            workspace=workspace,
            actor=None,
            chunks=stream,
            filename="c.csv",
            groups=[group],
        )
    imports.start(source=source, actor=None)
    kills = 0
    while kills < KILLS and kill_when_it_has_moved(work(source), source):
        kills += 1
        let_the_claim_run_out(source)
    assert kills >= 3
    assert work(source).wait() == 0
    source.refresh_from_db()
    assert source.state == Import.State.FINISHED
    assert {name: getattr(source, name) for name in expected} == expected
    assert (source.updated, source.unchanged, source.bookmark) == (0, 0, ROWS)
    group.refresh_from_db()
    assert Contact.objects.count() == group.member_count == expected["created"]
    assert ImportRefusal.objects.count() == expected["refused"]
