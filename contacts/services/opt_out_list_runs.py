"""The work of a list of opt-outs: its numbers put on the list, slice by slice."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F

from accounts.services import audit
from contacts import opt_out_columns
from contacts.models import OptOut, OptOutList
from contacts.opt_out_columns import Line, Shape
from contacts.reading import tables
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout, Row
from contacts.rows import Refusal
from contacts.services import opt_outs, works
from contacts.services.opt_out_rows import Entry

logger = logging.getLogger(__name__)

SLICE_ROWS = 1_000
Refusals = list[tuple[int, str, list[str]]]


def run(list_id: UUID) -> bool:
    """Do a list from its bookmark to its end; False when it is not ours to do."""
    source = works.claim(OptOutList, list_id)
    if source is None:
        return False
    try:
        _work(source)
    except works.ClaimLost:
        logger.info("list given up", extra={"list_id": str(list_id)})
        return False
    except Unreadable as error:
        _end(source, json.dumps({"code": error.code, "facts": error.facts}))
    except FileNotFoundError:
        _end(source, json.dumps({"code": "file_missing", "facts": {}}))
    else:
        _end(source)
    return True


def _work(source: OptOutList) -> None:
    layout = Layout(**source.layout)
    shape = opt_out_columns.shape(source.mapping, country=source.country)
    rows = tables.rows(Path(source.file.path), layout, skip=source.bookmark)
    for part in tables.slices(rows, SLICE_ROWS):
        _write(source, part, shape)


def _write(source: OptOutList, part: Sequence[Row], shape: Shape) -> None:
    entries, refusals = _read(source, part, shape)
    with transaction.atomic():
        fresh = works.hold(source)
        added = opt_outs.add_many(
            workspace=fresh.workspace,
            entries=entries,
            channel=fresh.channel,
            source=OptOut.Source.IMPORT,
            actor=fresh.created_by,
        )
        _keep(source, refusals)
        OptOutList.objects.filter(id=source.id).update(
            added=F("added") + len(added),
            known=F("known") + len(entries) - len(added),
            refused=F("refused") + len(refusals),
        )
        works.advance(fresh, done=len(part), bookmark=fresh.bookmark + len(part))


def _read(
    source: OptOutList, part: Sequence[Row], shape: Shape
) -> tuple[list[Entry], Refusals]:
    entries: list[Entry] = []
    refusals: Refusals = []
    zone = ZoneInfo(source.workspace.time_zone)
    for number, cells in part:
        try:
            line = opt_out_columns.read(cells, shape)
        except Refusal as refusal:
            refusals.append((number, refusal.reason, cells))
        else:
            entries.append(_entry(source, number, line, zone))
    return entries, refusals


def _entry(source: OptOutList, number: int, line: Line, zone: ZoneInfo) -> Entry:
    since = (
        dt.datetime.combine(line.since, dt.time(), tzinfo=zone) if line.since else None
    )
    return Entry(
        phone=line.phone,
        reason=(line.reason or source.reason),
        evidence=f"{source.filename}:{number}",
        since=since,
    )


def _keep(source: OptOutList, refusals: Refusals) -> None:
    if not refusals:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY contacts_optoutrefusal (source_id, row_number, reason, cells)"
            " FROM STDIN"
        ) as copy,
    ):
        for number, reason, cells in refusals:
            # JSON in PostgreSQL cannot hold a zero byte.
            kept = [cell.replace("\0", "") for cell in cells]
            copy.write_row((source.id, number, reason, json.dumps(kept)))


def _end(source: OptOutList, error: str = "") -> None:
    """Settle a list and tell the audit trail what it has added until now."""
    with transaction.atomic():
        is_ours = works.fail(source, error) if error else works.finish(source)
        if not is_ours:
            return
        source.refresh_from_db()
        audit.record(
            workspace=source.workspace,
            actor=source.created_by,
            action=f"opt_out_list.{'fail' if error else 'finish'}",
            subject=source.filename,
            after={
                "added": source.added,
                "unchanged": source.known,
                "refused": source.refused,
            },
        )
