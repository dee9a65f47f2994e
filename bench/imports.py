"""Rows a second of a contact import, beside a bare COPY of the same rows."""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROWS = 200_000
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


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import override_settings

    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=folder),
        own_database(),
    ):
        path = Path(folder) / "contacts.csv"
        _write(path)
        first = _import(path)
        again = _import(path)
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        plain = _copy(
            connection, like="INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY"
        )
        indexed = _copy(connection, like="INCLUDING ALL")
    report = {
        "name": "imports",
        "peak_mb": round(peak_mb),
        "rows": [
            _row("file to new contacts in a group", first, "bare COPY", plain),
            _row(
                "file to new contacts in a group",
                first,
                "bare COPY, same indexes",
                indexed,
            ),
            _row("same file again, nothing new", again, "bare COPY", plain),
        ],
    }
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


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


def _import(path: Path) -> float:
    """Import the file from upload to last row; return rows a second."""
    from accounts.models import Workspace
    from contacts.models import Import
    from contacts.services import groups, import_runs, imports

    workspace, _new = Workspace.objects.get_or_create(slug="bench", name="bench")
    group = groups.get_or_create(workspace=workspace, name="All", actor=None)

    def work() -> None:
        with path.open("rb") as stream:
            source = imports.upload(
                workspace=workspace,
                actor=None,
                chunks=iter(lambda: stream.read(1 << 20), b""),
                filename="contacts.csv",
                groups=[group],
            )
        imports.start(source=source, actor=None)
        import_runs.run(source.id)
        source.refresh_from_db()
        if (source.state, source.refused) != (Import.State.FINISHED, 0):
            raise RuntimeError(f"the import ended as {source.state}: {source.error}")

    return _rate(work)


def _copy(connection: Any, *, like: str) -> float:
    """Copy the imported contacts, kept as text, into a table like theirs."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_contact")
        cursor.execute(f"CREATE TABLE bench_contact (LIKE contacts_contact {like})")
        with cursor.copy(f"COPY contacts_contact {TARGET} TO STDOUT") as out:
            blocks = [bytes(block) for block in out]

        def work() -> None:
            with cursor.copy(f"COPY bench_contact {TARGET} FROM STDIN") as into:
                for block in blocks:
                    into.write(block)

        return _rate(work)


def _rate(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return ROWS / (time.perf_counter() - began)


def _row(what: str, value: float, beside: str, beside_value: float) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(value),
        "unit": "rows/s",
        "beside": beside,
        "beside_value": round(beside_value),
        "ratio": round(value / beside_value, 3),
    }


if __name__ == "__main__":
    sys.exit(main())
