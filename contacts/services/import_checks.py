"""The dry run of an import: exact counts of the whole file, nothing written.

It cleans the rows and asks the database with the very expressions that the import
writes with. A check that is killed starts again: it has nothing to lose.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from accounts.models import User
from contacts import slice_process
from contacts.models import Import, ImportCheck, Work
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout
from contacts.selectors.import_shapes import shape_of
from contacts.services import import_sql, works
from contacts.slice_process import CleaningFailed, Job
from contacts.slices import RefusedRow, Slice

logger = logging.getLogger(__name__)

# Checked while the person waits: less than a second.
AT_ONCE_ROWS = 5_000
SLICE_ROWS = 5_000
SHOWN_REFUSALS = 20
SHOWN_RUNS = 3
# So many consecutive numbers are hardly people who gave their number.
LONG_RUN = 250
# Somebody may change contacts meanwhile: an older check is made again.
FRESH_FOR = timedelta(minutes=15)

_FIRST_SEEN = """
INSERT INTO import_seen (phone, slice) SELECT phone, %s FROM import_slice
ON CONFLICT DO NOTHING
"""
_LEAVE_OUT = """
DELETE FROM import_slice AS s USING import_seen AS n
WHERE n.phone = s.phone AND n.slice <> %s
"""
_LEAVE_OUT_TWINS = f"""
DELETE FROM import_slice AS s USING import_seen AS n
WHERE n.phone = {import_sql.OTHER} AND n.slice <> %s
"""
_RUNS = """
SELECT min(phone), max(phone), count(*) FROM (
  SELECT phone, phone::bigint - row_number() OVER (ORDER BY phone::bigint) AS run
  FROM import_seen) AS numbered
GROUP BY run HAVING count(*) >= %s ORDER BY count(*) DESC, min(phone) LIMIT %s
"""


def current(source: Import) -> ImportCheck | None:
    """Return the newest check of the file as it is to be imported now, if any."""
    return (
        ImportCheck.objects.filter(source=source, key=_key(source))
        .exclude(state=Work.State.CANCELLED)
        .order_by("-created_at")
        .first()
    )


def start(*, source: Import, actor: User | None) -> ImportCheck:
    """Check the file, or return the check that says it already.

    A small file is checked at once. For another one, the caller rings for a worker
    while the check is not over.
    """
    found = current(source)
    if found and not _is_stale(found):
        return found
    with transaction.atomic():
        ImportCheck.objects.filter(source=source).delete()
        check = ImportCheck.objects.create(
            workspace=source.workspace,
            created_by=actor,
            source=source,
            key=_key(source),
            total=source.rows_estimated,
        )
    if source.rows_estimated <= AT_ONCE_ROWS:
        run(check.id)
        check.refresh_from_db()
    return check


def run(work_id: UUID) -> bool:
    """Do a check to its end; False when it is not ours to do."""
    check = works.claim(ImportCheck, work_id)
    if check is None:
        return False
    source = check.source
    try:
        if check.key == _key(source):
            _look_through(check, source)
        works.finish(check)
    except works.ClaimLost:
        return False
    except Unreadable as error:
        works.fail(check, error.code)
    except FileNotFoundError:
        works.fail(check, "file_missing")
    except CleaningFailed:
        logger.exception("check failed", extra={"work_id": str(work_id)})
        works.fail(check, "cleaning_failed")
    finally:
        _forget()
    return True


def _is_stale(check: ImportCheck) -> bool:
    if not check.is_over:
        return False
    is_old = check.created_at < timezone.now() - FRESH_FOR
    return is_old or check.state == Work.State.FAILED


def _key(source: Import) -> str:
    facts = (
        str(source.file),
        json.dumps(source.layout, sort_keys=True),
        repr(shape_of(source)),
        source.policy,
    )
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _look_through(check: ImportCheck, source: Import) -> None:
    shape = shape_of(source)
    if not shape.phone_columns:
        return
    job = Job(
        path=Path(source.file.path),
        layout=Layout(**source.layout),
        shape=shape,
        skip=0,
        size=SLICE_ROWS,
    )
    with closing(slice_process.prepared(job)) as parts:
        _count(check, source, shape.names, parts)


def _count(
    check: ImportCheck,
    source: Import,
    names: tuple[str, ...],
    parts: Iterable[Slice],
) -> None:
    counts, reasons = Counter[str](), Counter[str]()
    refusals: list[RefusedRow] = []
    _remember()
    ImportCheck.objects.filter(id=check.id).update(done=0)
    for number, part in enumerate(parts):
        reasons.update(reason for _row, reason, _cells in part.refusals)
        refusals.extend(part.refusals[: SHOWN_REFUSALS - len(refusals)])
        with transaction.atomic(), connection.cursor() as cursor:
            counts.update(_ask(cursor, part, names, source, number))
            works.beat(check)
            works.advance(check, done=part.rows)
    ImportCheck.objects.filter(id=check.id).update(
        **{name: counts[name] for name in ("created", "updated", "unchanged")},
        duplicates=counts["duplicates"],
        refused=sum(reasons.values()),
        reasons=dict(reasons),
        refusals=[[row, why, cells] for row, why, cells in refusals],
        runs=_runs(),
    )


def _ask(
    cursor: CursorWrapper,
    part: Slice,
    names: tuple[str, ...],
    source: Import,
    number: int,
) -> dict[str, int]:
    """Return what would become of the good rows of a slice."""
    if not part.good:
        return {"duplicates": part.duplicates}
    cursor.execute(import_sql.NEARBY)
    import_sql.load(cursor, part, names, workspace_id=source.workspace_id)
    duplicates = _drop_seen(cursor, part, number)
    cursor.execute(
        compare_sql(names, source.policy), {"workspace": source.workspace_id}
    )
    known, updated = cursor.fetchone()
    cursor.execute("DROP TABLE import_slice")
    return {
        "created": part.good - duplicates - known,
        "updated": updated,
        "unchanged": known - updated,
        "duplicates": part.duplicates + duplicates,
    }


def compare_sql(names: tuple[str, ...], policy: str) -> str:
    """Return the query that counts the known contacts, and those that would change."""
    merged = import_sql.merged(names, policy)
    is_changed = "FALSE"
    if merged:
        old = ", ".join(f"c.{name}" for name in merged)
        is_changed = f"ROW({', '.join(merged.values())}) IS DISTINCT FROM ROW({old})"
    return (
        f"SELECT count(*), count(*) FILTER (WHERE {is_changed})"
        f" FROM import_slice AS s {import_sql.JOIN}"
    )


def _remember() -> None:
    """Make the session's table of the numbers seen so far."""
    _forget()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE import_seen"
            " (phone varchar(16) PRIMARY KEY, slice integer NOT NULL)"
        )


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.import_seen")


def _drop_seen(cursor: CursorWrapper, part: Slice, number: int) -> int:
    """Leave out numbers that an earlier slice has; return how many."""
    cursor.execute(_FIRST_SEEN, [number])
    left_out = 0
    if cursor.rowcount < part.good:
        cursor.execute(_LEAVE_OUT, [number])
        left_out = int(cursor.rowcount)
    if part.has_twins:
        cursor.execute(_LEAVE_OUT_TWINS, [number])
        left_out += int(cursor.rowcount)
    return left_out


def _runs() -> list[list[object]]:
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [LONG_RUN, SHOWN_RUNS])
        return [list(row) for row in cursor.fetchall()]
