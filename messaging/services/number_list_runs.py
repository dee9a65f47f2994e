"""The work of a list of numbers: its rows cleaned and kept, slice by slice."""

from __future__ import annotations

import json
import logging
from contextlib import closing
from pathlib import Path
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from contacts import rows, slice_process
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout
from contacts.rows import Shape
from contacts.services import import_sql, works
from contacts.slice_process import CleaningFailed, Job
from contacts.slices import Slice
from messaging.models import NumberList

logger = logging.getLogger(__name__)

SLICE_ROWS = 5_000
ANALYZE_ABOVE = 5_000
_INSERT = """
INSERT INTO messaging_listednumber (source_id, phone, country, variables)
SELECT %s, phone, country, {variables} FROM import_slice
ON CONFLICT (source_id, phone) DO NOTHING
"""


def run(list_id: UUID) -> bool:
    """Read a list from its bookmark to its end; False when it is not ours to do."""
    source = works.claim(NumberList, list_id)
    if source is None:
        return False
    try:
        _work(source)
    except works.ClaimLost:
        logger.info("list given up", extra={"list_id": str(list_id)})
        return False
    except Unreadable as error:
        works.fail(source, json.dumps({"code": error.code, "facts": error.facts}))
    except FileNotFoundError:
        works.fail(source, json.dumps({"code": "file_missing", "facts": {}}))
    except CleaningFailed:
        logger.exception("list failed", extra={"list_id": str(list_id)})
        works.fail(source, json.dumps({"code": "cleaning_failed", "facts": {}}))
    else:
        _finish(source)
    return True


def broke_down(list_id: UUID) -> None:
    """Note an error that nobody foresaw: go on after a pause, or give up."""
    works.broke_down(NumberList, list_id)


def _work(source: NumberList) -> None:
    layout = Layout(**source.layout)
    shape = rows.shape(
        source.mapping,
        country=source.country,
        width=len(layout.header) if layout.has_header else 0,
    )
    job = Job(
        path=Path(source.file.path),
        layout=layout,
        shape=shape,
        skip=source.bookmark,
        size=SLICE_ROWS,
    )
    with closing(slice_process.prepared(job)) as parts:
        for part in parts:
            _write(source, part, shape)


def _write(source: NumberList, part: Slice, shape: Shape) -> None:
    with transaction.atomic():
        fresh = works.hold(source)
        with database.cursor() as cursor:
            kept = _keep(cursor, source, part, shape) if part.good else 0
            _keep_refusals(cursor, source, part)
        NumberList.objects.filter(id=source.id).update(
            numbers=F("numbers") + kept,
            refused=F("refused") + len(part.refusals),
            duplicates=F("duplicates") + part.duplicates + part.good - kept,
        )
        works.advance(fresh, done=part.rows, bookmark=fresh.bookmark + part.rows)


def _keep(cursor: CursorWrapper, source: NumberList, part: Slice, shape: Shape) -> int:
    """Write the good rows but numbers that are there; return how many."""
    import_sql.load(cursor, part, shape.names, workspace_id=source.workspace_id)
    cursor.execute(_INSERT.format(variables=_variables(shape)), [source.id])
    kept = int(cursor.rowcount)
    cursor.execute("DROP TABLE import_slice")
    return kept


def _variables(shape: Shape) -> str:
    """Return the values of a row that are not blank as a JSON object."""
    plain = [n for n in shape.names if n not in ("phone", "country", "custom")]
    pairs = ", ".join(f"'{name}', nullif({name}, '')" for name in plain)
    found = f"jsonb_strip_nulls(jsonb_build_object({pairs}))"
    return f"{found} || custom" if shape.custom else found


def _keep_refusals(cursor: CursorWrapper, source: NumberList, part: Slice) -> None:
    if not part.refusals:
        return
    with cursor.copy(
        "COPY messaging_numberrefusal (source_id, row_number, reason, cells) FROM STDIN"
    ) as copy:
        for number, reason, cells in part.refusals:
            # JSON in PostgreSQL cannot hold a zero byte.
            kept = [cell.replace("\0", "") for cell in cells]
            copy.write_row((source.id, number, reason, json.dumps(kept)))


def _finish(source: NumberList) -> None:
    if works.finish(source) and source.total >= ANALYZE_ABOVE:
        # The forecast comes next; autovacuum would tell the planner in a minute.
        with database.cursor() as cursor:
            cursor.execute("ANALYZE messaging_listednumber")
