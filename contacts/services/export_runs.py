"""The work of an export: claimed by one worker and written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.utils import translation

from contacts.csv_export import Cell
from contacts.models import Export
from contacts.selectors import choices, export_rows
from contacts.services import exports, works, written_tables


def run(export_id: UUID) -> bool:
    """Write an export to its file; False when it is not ours to do."""
    export = works.claim(Export, export_id)
    if export is None:
        return False
    return written_tables.produce(
        export,
        lambda path: _write(export, path),
        then=lambda: exports.record(export, rows=export.done),
    )


def _write(export: Export, path: Path) -> None:
    export.total, export.done = choices.of(export).count(), 0
    export.save(update_fields=["total", "done"])
    with translation.override(export.language):
        if export.format == Export.Format.XLSX:
            exports.write_xlsx(export, path, _rows(export))
            return
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(exports.lines(export, _rows(export)))


def _rows(export: Export) -> Iterator[list[Cell]]:
    def tell(count: int) -> None:
        works.beat(export)
        works.advance(export, done=count)

    return export_rows.rows(export, exports.columns_of(export), after_batch=tell)
