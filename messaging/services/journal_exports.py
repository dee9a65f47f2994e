"""Exports of the gateway's journals: a page at once, more by a worker.

How much there is only reading tells. What fits into one page of the gateway a person
gets at once; a worker reads the rest page by page, the newest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from uuid import UUID

from accounts.models import Connection, User, Workspace
from accounts.services import audit, gateway
from contacts.csv_export import Cell
from contacts.services import works, written_tables
from messaging import hours, journal_filters, journal_words
from messaging.journal_filters import USUAL_LIMIT, Wanted
from messaging.models import JournalExport
from messaging.services import (
    journal_cells,
    journal_links,
    journals,
    prerequisites,
    table_texts,
)
from messaging.services.journal_links import Line
from messaging.services.table_texts import Sheet
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import PAGE_SIZE, JournalEntry

# 2,000 calls of the gateway; who wants more narrows the days.
MOST_ROWS = 200_000


def prepare(
    *,
    workspace: Workspace,
    actor: User | None,
    journal: str,
    wanted: Wanted,
    format: str,
    language: str,
) -> JournalExport:
    """Return an export that is not saved yet: to be streamed, or started."""
    return JournalExport(
        workspace=workspace,
        created_by=actor,
        journal=journal,
        criteria=replace(wanted, limit=USUAL_LIMIT).as_dict(),
        format=format,
        separator=table_texts.separator_for(language),
        language=language,
    )


def all_at_once(export: JournalExport) -> list[Line] | None:
    """Return all lines where one call brings them, None where there are more.

    A person waits for it. Raises Refused with why the gateway was not read.
    """
    _kind, fetch = journals.JOURNALS[export.journal]
    with journals.reading(_connection(export)) as client:
        entries = fetch(client, _wanted(export).at(0))
    return None if len(entries) >= PAGE_SIZE else _lines(export, entries)


def start(export: JournalExport) -> None:
    """Save an export; a worker is to be rung for."""
    export.save(force_insert=True)


def cancel(export: JournalExport) -> bool:
    """Stop an export; its half-written file goes with the worker."""
    return works.cancel(export)


def run(export_id: UUID) -> bool:
    """Write an export to its file; False when it is not ours to do.

    Raises GatewayError for trouble that passes: the work goes on after a pause.
    """
    export = works.claim(JournalExport, export_id)
    if export is None:
        return False
    return written_tables.produce(
        export,
        lambda path: _write(export, path),
        then=lambda: record(export, rows=export.done),
    )


def lines(export: JournalExport, found: Sequence[Line]) -> Iterator[str]:
    """Yield lines as CSV, headings first."""
    return table_texts.lines(export, _sheet(export, iter(found)))


def workbook(export: JournalExport, found: Sequence[Line]) -> Iterator[bytes]:
    """Stream lines as XLSX."""
    return table_texts.workbook(export, _sheet(export, iter(found)))


def record(export: JournalExport, *, rows: int) -> None:
    """Write into the audit trail that personal data has left the house."""
    audit.record(
        workspace=export.workspace,
        actor=export.created_by,
        action="journal.export",
        after={
            **export.criteria,
            "journal": export.journal,
            "format": export.format,
            "rows": rows,
        },
    )


def _write(export: JournalExport, path: Path) -> None:
    export.done = 0
    export.save(update_fields=["done"])
    client = gateway.client_for(_connection(export))
    table_texts.write(export, path, _sheet(export, _read_all(export, client)))


def _read_all(export: JournalExport, client: SevenClient) -> Iterator[Line]:
    entries = islice(_entries(export, client), MOST_ROWS)
    while batch := list(islice(entries, PAGE_SIZE)):
        found = _lines(export, batch)
        yield from found
        works.beat(export)
        works.advance(export, done=len(found))


def _entries(export: JournalExport, client: SevenClient) -> Iterator[JournalEntry]:
    pages = {
        "outbound": client.journal.iter_outbound,
        "inbound": client.journal.iter_inbound,
        "replies": client.journal.iter_replies,
        "voice": client.journal.iter_voice,
    }
    try:
        yield from pages[export.journal](_wanted(export).at(0))
    except GatewayError as error:
        if error.is_permanent:
            raise Refused(
                journal_words.trouble(error), code="journal_refused"
            ) from None
        raise


def _lines(export: JournalExport, entries: Sequence[JournalEntry]) -> list[Line]:
    found = journal_links.lines(export.workspace, entries)
    is_missing = _wanted(export).is_missing
    return [line for line in found if not (is_missing and line.is_here)]


def _sheet(export: JournalExport, found: Iterator[Line]) -> Sheet:
    zone = hours.zone_of(export.workspace.time_zone)

    def rows() -> Iterator[list[Cell]]:
        return (journal_cells.row(export, line, zone) for line in found)

    return Sheet(
        lambda: str(JournalExport.Journal(export.journal).label),
        lambda: journal_cells.columns(export.journal),
        rows,
    )


def _connection(export: JournalExport) -> Connection:
    return prerequisites.working_connection(export.workspace)


def _wanted(export: JournalExport) -> Wanted:
    return journal_filters.read(export.criteria)
