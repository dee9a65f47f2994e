"""Exports of contacts: prepared, streamed at once or written to a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import OperationalError
from django.utils import translation

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import csv_export, xlsx_export
from contacts.csv_export import Cell
from contacts.models import Export
from contacts.selectors import choices, counts, export_columns, export_rows
from contacts.selectors.choices import Choice
from contacts.selectors.export_columns import Column
from contacts.services import works, written_tables


def prepare(
    *,
    workspace: Workspace,
    actor: User | None,
    choice: Choice,
    columns: Sequence[str],
    format: str,
    separator: str,
    language: str,
) -> Export:
    """Return an export that is not saved yet: to be streamed, or started."""
    return Export(
        workspace=workspace,
        created_by=actor,
        columns=list(columns),
        format=format,
        separator=separator,
        language=language,
        **choice.values(workspace),
    )


def is_small(export: Export) -> bool:
    """Say whether the person can wait for it."""
    most = written_tables.MAX_AT_ONCE
    few = choices.of(export).order_by().values("pk")[: most + 1]
    try:
        with counts.time_limit(counts.LIVE_MS):
            return few.count() <= most
    except OperationalError:
        # A segment that is dear to ask: the person need not wait for it.
        return False


def start(export: Export) -> None:
    """Save an export; a worker is to be rung for."""
    export.save(force_insert=True)


def cancel(*, export: Export) -> bool:
    """Stop an export; its half-written file goes with the worker."""
    return works.cancel(export)


def lines(
    export: Export, rows: Iterable[Sequence[Cell]] | None = None
) -> Iterator[str]:
    """Yield an export as CSV, headings first; ``rows`` are those of the export."""
    columns = columns_of(export)
    headings = xlsx_export.distinct([column.heading for column in columns])
    body = export_rows.rows(export, columns) if rows is None else rows
    return csv_export.lines(
        chain([headings], body),
        separator=export.separator,
        country=export.workspace.country,
    )


def workbook(export: Export) -> Iterator[bytes]:
    """Stream a small export as XLSX, from a file that is gone afterwards."""
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_xlsx(
            export, Path(file.name), export_rows.rows(export, columns_of(export))
        )
        while block := file.read(1 << 16):
            yield block


def write_xlsx(export: Export, target: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """Write rows of an export into a file."""
    columns = columns_of(export)
    with translation.override(export.language):
        name = translation.gettext("Contacts")
    xlsx_export.write(
        target,
        [xlsx_export.Column(column.heading, column.kind) for column in columns],
        rows,
        name=name,
        total=export.total,
    )


def columns_of(export: Export) -> list[Column]:
    """Return the chosen columns with headings in the export's language."""
    with translation.override(export.language):
        return export_columns.chosen(export.workspace, export.columns)


def record(export: Export, *, rows: int | None = None) -> None:
    """Write into the audit trail that personal data has left the house."""
    after: dict[str, object] = {**export.chosen_by, "format": export.format}
    if export.uuids:
        after["selected"] = len(export.uuids)
    if rows is not None:
        after["rows"] = rows
    audit.record(
        workspace=export.workspace,
        actor=export.created_by,
        action="contact.export",
        after={**after, "columns": ", ".join(export.columns)},
    )
