"""Rows a second of an export of a million contacts, beside a bare COPY of them."""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from bench.imports import own_database

ROWS = 1_000_000
FILL = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, birthday, notes, custom)
SELECT %s, gen_random_uuid(), '+4917' || (10000000 + n), 'DE', 'First' || mod(n, 1000),
  'Last' || n, 'Schmidt GmbH', 'p' || n || '@example.com', '', 'Lindenstraße 5',
  '10969', 'Berlin', '1990-05-17', '', jsonb_build_object('punkte', n::text)
FROM generate_series(1, %s) AS n
"""
COPY = (
    "COPY (SELECT firstname, lastname, company, phone, home_phone, email, address,"
    " postal_code, city, birthday, notes, custom ->> 'punkte' FROM contacts_contact"
    " ORDER BY id) TO STDOUT (FORMAT csv)"
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    with (
        tempfile.TemporaryDirectory() as folder,
        # Otherwise Django keeps every query that it has made.
        override_settings(MEDIA_ROOT=folder, DEBUG=False),
        own_database(),
    ):
        workspace = _fill()
        plain = _rate(lambda: _copy(os.path.join(folder, "plain.csv")))
        csv, csv_mb = _export(workspace, "csv")
        xlsx, xlsx_mb = _export(workspace, "xlsx")
    report = {
        "name": "exports",
        "peak_mb": {"csv": csv_mb, "xlsx": xlsx_mb},
        "rows": [
            _row("contacts to CSV", csv, "bare COPY TO STDOUT", plain),
            _row("contacts to XLSX", xlsx, "bare COPY TO STDOUT", plain),
        ],
    }
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def _fill() -> Any:
    from django.db import connection

    from accounts.models import Workspace
    from contacts.models import CustomField

    workspace = Workspace.objects.create(name="bench", slug="bench")
    CustomField.objects.create(
        workspace=workspace, slug="punkte", label="Punkte", kind="number"
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL, [workspace.pk, ROWS])
        cursor.execute("ANALYZE contacts_contact")
    return workspace


def _copy(target: str) -> None:
    from django.db import connection

    with (
        connection.cursor() as cursor,
        cursor.copy(COPY) as out,
        open(target, "wb") as stream,
    ):
        for block in out:
            stream.write(block)


def _export(workspace: Any, format: str) -> tuple[float, int]:
    """Write all contacts to a file; return rows a second and the peak in MB."""
    from contacts.selectors import export_columns
    from contacts.selectors.choices import Choice
    from contacts.selectors.criteria import Filter
    from contacts.services import export_runs, exports

    columns = [
        column.key
        for column in export_columns.offered(workspace)
        if not export_columns.is_added(column.key)
    ]
    export = exports.prepare(
        workspace=workspace,
        actor=None,
        choice=Choice(Filter()),
        columns=columns,
        format=format,
        separator=";",
        language="en",
    )
    exports.start(export)
    rate = _rate(lambda: export_runs.run(export.id))
    export.refresh_from_db()
    if export.done != ROWS:
        raise RuntimeError(f"the export ended as {export.state}: {export.error}")
    return rate, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _rate(work: Callable[[], object]) -> float:
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
