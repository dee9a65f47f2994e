"""Keep how the tasks of the workers went, so that a person can see it.

Rows are written beside the tasks: a database that is away costs a line on the System
page and never a task.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

# Some jobs run every two seconds; the page needs to know less often.
WRITE_EVERY_S: Final = 5.0
MOST_REPORT_BYTES: Final = 1000

_written: dict[str, float] = {}

# The page may be a moment behind the truth; a task must not wait for the disk.
_RAN = """
WITH lazily AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO accounts_taskrecord AS r
    (name, started_at, finished_at, duration_ms, report, failures, error)
SELECT %(name)s, now() - make_interval(secs => %(took_s)s), now(), %(took_s)s * 1000,
       %(report)s::jsonb, 0, '' FROM lazily
ON CONFLICT (name) DO UPDATE SET
    started_at = excluded.started_at, finished_at = excluded.finished_at,
    duration_ms = excluded.duration_ms, report = excluded.report, failures = 0
"""
_FAILED = """
INSERT INTO accounts_taskrecord AS r (name, failed_at, failures, error, report)
VALUES (%(name)s, now(), 1, %(error)s, '{}'::jsonb)
ON CONFLICT (name) DO UPDATE SET
    failed_at = excluded.failed_at, failures = r.failures + 1, error = excluded.error
"""


def note_run(name: str, *, took_s: float, report: object) -> None:
    """Keep that a job ran to its end, with the figures it returned."""
    now = time.monotonic()
    if now - _written.get(name, -WRITE_EVERY_S) < WRITE_EVERY_S:
        return
    _written[name] = now
    with connection.cursor() as cursor:
        cursor.execute(_RAN, {"name": name, "took_s": took_s, "report": _small(report)})


def note_failure(name: str, *, error: BaseException | None) -> None:
    """Keep that a task broke down: the kind of error, never its words."""
    # Whatever it does next is worth a line.
    _written.pop(name, None)
    kind = type(error).__name__ if error is not None else "unknown"
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, {"name": name[:120], "error": kind[:120]})


def _small(report: object) -> str:
    """Return the figures of a report as JSON; words and long lists are left out."""
    if not isinstance(report, Mapping):
        return "{}"
    plain = {
        str(name)[:40]: value
        for name, value in report.items()
        if isinstance(value, bool | int | float)
    }
    text = json.dumps(plain, cls=DjangoJSONEncoder)
    return text if len(text) <= MOST_REPORT_BYTES else "{}"
