"""Rows a second of a contact import, beside COPY and django-import-export.

A worker's process imports the file from upload to last row, while the page of contacts
is visited in between. ``BENCH_ROWS`` makes the file smaller. CPU seconds for a row
tell what a busy machine hides: on two free cores, the database and the process that
cleans the rows run side by side.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import _meters
from bench._rate_rows import row

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
MOST_MEMORY_MB = 300
# Slow and linear: a part of the file tells its pace.
IMPORT_EXPORT_ROWS = min(ROWS, 20_000)
IDLE_VISITS = 20
VISIT_EVERY_S = 0.5
HEADER = ("Vorname", "Nachname", "Handy", "E-Mail", "Ort", "PLZ", "Kundennummer")
SPELLINGS = ("0{}", "+49{}", "0049 {}", "+49 (0){}", "{}")
TARGET = (
    "(workspace_id, uuid, phone, country, firstname, lastname, company, email,"
    " home_phone, address, postal_code, city, notes, custom)"
)
NAMES = (
    ("Anna", "Jörg", "Ömer", "Zoë", "Björn", "Chloé"),
    ("Müller", "Schmidt", "O'Brien", "Nguyễn", "Straße"),
)
_ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=folder),
        own_database(),
    ):
        path = Path(folder) / "contacts.csv"
        _write(path)
        rows = _measure(path)
    sys.stdout.write(json.dumps({"name": "imports", "file_rows": ROWS, **rows}) + "\n")
    return 0


def _measure(path: Path) -> dict[str, Any]:
    from bench import _import_export

    workspace, group = _workspace("bench")
    visit = _visitor(workspace)
    idle = iter(range(IDLE_VISITS))
    _meters.times_ms(visit, lambda: next(idle, None) is not None, every_s=0)
    first = _import(path, workspace, group, visit)
    still = iter(range(IDLE_VISITS))
    idle_ms = _meters.times_ms(visit, lambda: next(still, None) is not None, every_s=0)
    again = _import(path, workspace, group, visit)
    check = _check(path, workspace)
    like = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY"
    plain, indexed = _copy(like=like), _copy(like="INCLUDING ALL")
    undone = _undo(first["source"])
    other, other_group = _workspace("other")
    by_package = _import_export.rate(
        path, rows=IMPORT_EXPORT_ROWS, workspace=other, group=other_group
    )
    fresh, rate = "file to new contacts in a group", ROWS / first["total_s"]
    return {
        "runs": {"first": first, "again": again},
        "rows": [
            _row(fresh, rate, "bare COPY", plain),
            _row(fresh, rate, "bare COPY, same indexes", indexed),
            _row(
                fresh,
                rate,
                f"django-import-export ({IMPORT_EXPORT_ROWS:,} rows)",
                by_package,
            ),
            _row("same file again", ROWS / again["total_s"], "bare COPY", plain),
            _row("exact check of the file", check, "bare COPY", plain),
            _row("undo of the import", undone, "bare COPY", plain),
            _row(
                "CPU for a row, all processes",
                first["cpu_us"],
                "PostgreSQL alone",
                first["postgres_us"],
                "µs",
            ),
            _row(
                "peak memory of the worker and its helper",
                first["peak_mb"],
                "limit",
                MOST_MEMORY_MB,
                "MB",
            ),
            _row(
                "page of contacts meanwhile, p95",
                first["page_p95_ms"],
                "at rest",
                _meters.percentile(idle_ms, 0.95),
                "ms",
            ),
        ],
    }


@contextmanager
def own_database() -> Iterator[None]:
    """Make an empty database for this run and drop it afterwards."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _write(path: Path) -> None:
    """Write German rows with numbers in five spellings."""
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        for at in range(ROWS):
            number = chance.choice(SPELLINGS).format(1_710_000_000 + at)
            first, last = (chance.choice(names) for names in NAMES)
            mail = f"p{at}@example.com"
            writer.writerow([first, last, number, mail, "Berlin", "10969", at])


def _workspace(slug: str) -> tuple[Any, Any]:
    from accounts.models import Workspace
    from contacts.services import groups

    workspace = Workspace.objects.create(slug=slug, name=slug)
    group = groups.create(workspace=workspace, name="All", actor=None)
    return workspace, group


def _visitor(workspace: Any) -> Callable[[], object]:
    """Return a function that opens the list of contacts as its owner."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Membership, Role, User

    owner = User.objects.create_user("owner@bench.example")
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)

    def visit() -> None:
        answer = client.get(reverse("contacts:contact_list"))
        if answer.status_code != 200:
            raise RuntimeError(f"the list of contacts answers {answer.status_code}")

    return visit


def _import(
    path: Path, workspace: Any, group: Any, visit: Callable[[], object]
) -> dict[str, Any]:
    """Import the file in a process of its own and visit the list meanwhile."""
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    command = [sys.executable, "-m", "bench._import_worker"]
    before_s = _meters.server_cpu_s(backend)
    with subprocess.Popen(
        [*command, str(path), str(workspace.id), str(group.id)],
        cwd=_ROOT,
        env=worker_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        with _meters.Memory(worker.pid) as memory:
            pages_ms = _meters.times_ms(
                visit, lambda: worker.poll() is None, every_s=VISIT_EVERY_S
            )
        output, _nothing = worker.communicate()
    if worker.returncode:
        raise RuntimeError("the import failed")
    report: dict[str, Any] = json.loads(output.splitlines()[-1])
    postgres_s = _meters.server_cpu_s(backend) - before_s
    return {
        **report,
        "rows_per_s": round(ROWS / report["total_s"]),
        "python_us": round(report["cpu_s"] / ROWS * 1e6, 1),
        "postgres_us": round(postgres_s / ROWS * 1e6, 1),
        "cpu_us": round((report["cpu_s"] + postgres_s) / ROWS * 1e6, 1),
        "peak_mb": round(memory.peak),
        "memory_growth": round(memory.growth, 2),
        "page_visits": len(pages_ms),
        "page_p50_ms": round(_meters.percentile(pages_ms, 0.5)),
        "page_p95_ms": round(_meters.percentile(pages_ms, 0.95)),
    }


def worker_environment() -> dict[str, str]:
    from django.conf import settings
    from django.db import connection

    names = connection.settings_dict
    login = f"{quote(names['USER'])}:{quote(names['PASSWORD'])}"
    server = f"{names['HOST']}:{names['PORT']}"
    return {
        **os.environ,
        "DEBUG": os.environ.get("DEBUG", "1"),
        "DATABASE_URL": f"postgresql://{login}@{server}/{names['NAME']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }


def _check(path: Path, workspace: Any) -> float:
    """Check the file against the contacts it has become; return rows a second."""
    from contacts.services import import_checks, imports

    with path.open("rb") as stream:
        source = imports.upload(
            workspace=workspace,
            actor=None,
            chunks=iter(lambda: stream.read(1 << 20), b""),
            filename="contacts.csv",
        )

    def work() -> None:
        check = import_checks.start(source=source, actor=None)
        import_checks.run(check.id)
        check.refresh_from_db()
        if check.unchanged != ROWS:
            raise RuntimeError(f"the check counts {check.unchanged}")

    return _rate(work)


def _undo(source_id: str) -> float:
    """Undo the first import; return contacts a second."""
    from contacts.models import Import
    from contacts.services import import_undos

    source = Import.objects.get(id=source_id)

    def work() -> None:
        undo = import_undos.start(source=source, actor=None)
        import_undos.run(undo.id)
        undo.refresh_from_db()
        if undo.deleted != ROWS:
            raise RuntimeError(f"the undo deleted {undo.deleted}")

    return _rate(work)


def _copy(*, like: str) -> float:
    """Copy the imported contacts, kept as text, into a table like theirs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_contact")
        cursor.execute(f"CREATE TABLE bench_contact (LIKE contacts_contact {like})")
        with cursor.copy(f"COPY contacts_contact {TARGET} TO STDOUT") as out:
            blocks = [bytes(block) for block in out]

        def work() -> None:
            with cursor.copy(f"COPY bench_contact {TARGET} FROM STDIN") as into:
                for block in blocks:
                    into.write(block)

        rate = _rate(work)
        cursor.execute("DROP TABLE bench_contact")
        return rate


def _rate(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return ROWS / (time.perf_counter() - began)


def _row(
    what: str, value: float, beside: str, beside_value: float, unit: str = "rows/s"
) -> dict[str, Any]:
    return row(what, value, beside, beside_value, unit)


if __name__ == "__main__":
    sys.exit(main())
