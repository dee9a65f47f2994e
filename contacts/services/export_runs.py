"""The work of an export: claimed by one worker, written to a file, begun anew when
that worker dies, because half a file is of no use."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import translation

from contacts.csv_export import Cell
from contacts.models import Export
from contacts.selectors import choices, export_rows
from contacts.services import exports, works
from seven_dashboard.errors import Refused

logger = logging.getLogger(__name__)


def run(export_id: UUID) -> bool:
    """Write an export to its file; False when it is not ours to do."""
    export = works.claim(Export, export_id)
    if export is None:
        return False
    name, path = exports.new_file(export)
    try:
        _write(export, path)
        _finish(export, name, path)
    except works.ClaimLost:
        exports.delete_file(name)
        logger.info("export given up", extra={"export_id": str(export_id)})
        return False
    except Refused as refused:
        exports.delete_file(name)
        works.fail(export, refused.code)
    except (Http404, OSError, RuntimeError) as error:
        # The writer of spreadsheets says RuntimeError when the disk is full.
        exports.delete_file(name)
        logger.warning("export failed", extra={"export_id": str(export_id)})
        is_gone = isinstance(error, Http404)
        works.fail(export, "criteria_gone" if is_gone else "not_written")
    except BaseException:
        exports.delete_file(name)
        raise
    return True


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


def _finish(export: Export, name: str, path: Path) -> None:
    with transaction.atomic():
        if not works.finish(export):
            raise works.ClaimLost
        export.refresh_from_db()
        export.file, export.size_bytes = name, path.stat().st_size
        export.save(update_fields=["file", "size_bytes"])
        exports.record(export, rows=export.done)
