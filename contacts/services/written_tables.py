"""Tables that a worker writes to a file: made, served for some days, forgotten.

Half a file is of no use: when a worker dies its file goes, and the work begins anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone

from contacts.models import WrittenTable
from contacts.services import uploaded_files, works
from seven_dashboard.errors import Refused

logger = logging.getLogger(__name__)

# Up to here a download begins at once; more is written in the background.
MAX_AT_ONCE = 10_000
KEEP_FILES = timedelta(days=7)
FOLDER = "exports"
# A file that nobody has written to for so long, and no table knows, is left over.
ORPHAN_AFTER = timedelta(hours=1)


def produce(
    table: WrittenTable, write: Callable[[Path], None], *, then: Callable[[], None]
) -> bool:
    """Write a claimed table to a file; False when the claim was lost meanwhile.

    ``then`` runs in the transaction that finishes the work.
    """
    name, path = new_file(table.format)
    try:
        write(path)
        _finish(table, name, path, then)
    except works.ClaimLost:
        delete_file(name)
        logger.info("export given up", extra={"export_id": str(table.pk)})
        return False
    except Refused as refused:
        delete_file(name)
        works.fail(table, refused.code)
    except (Http404, OSError, RuntimeError) as error:
        # The writer of spreadsheets says RuntimeError when the disk is full.
        delete_file(name)
        logger.warning("export failed", extra={"export_id": str(table.pk)})
        is_gone = isinstance(error, Http404)
        works.fail(table, "criteria_gone" if is_gone else "not_written")
    except BaseException:
        delete_file(name)
        raise
    return True


def new_file(format: str) -> tuple[str, Path]:
    """Make an empty file that this program alone can read; return name and path."""
    name = f"{FOLDER}/{uuid4().hex}.{format}"
    path = Path(default_storage.path(name))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return name, path


def path_of(table: WrittenTable) -> Path | None:
    """Return where the file of a table is, None when there is none any more."""
    path = Path(default_storage.path(table.file)) if table.file else None
    return path if path is not None and path.is_file() else None


def delete_file(name: str) -> None:
    """Delete a written file, if it is there."""
    with suppress(OSError):
        Path(default_storage.path(name)).unlink(missing_ok=True)


def forget_old() -> int:
    """Delete files that were kept long enough, and those that no table knows."""
    before = timezone.now() - KEEP_FILES
    count = sum(_forget(rows, before=before) for rows in _all_tables())
    uploaded_files.remove_orphans(
        before=timezone.now() - ORPHAN_AFTER,
        is_known=lambda name: any(
            rows.filter(file=name).exists() for rows in _all_tables()
        ),
        folder=FOLDER,
    )
    return count


def _all_tables() -> Iterator[models.QuerySet[WrittenTable]]:
    for model in WrittenTable.__subclasses__():
        if not model._meta.abstract:
            yield model._default_manager.all()


def _forget(rows: models.QuerySet[WrittenTable], *, before: object) -> int:
    old = list(rows.exclude(file="").filter(finished_at__lt=before)[:200])
    for table in old:
        delete_file(table.file)
    with transaction.atomic():
        forgotten = rows.filter(pk__in=[table.pk for table in old])
        return forgotten.update(**rows.model.FORGOTTEN)


def _finish(
    table: WrittenTable, name: str, path: Path, then: Callable[[], None]
) -> None:
    with transaction.atomic():
        if not works.finish(table):
            raise works.ClaimLost
        table.refresh_from_db()
        table.file, table.size_bytes = name, path.stat().st_size
        table.save(update_fields=["file", "size_bytes"])
        then()
