"""Tables that people upload: kept under a name of chance, looked through, forgotten.

A file is personal data: readable by this program only, and never served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage

from contacts import sentences
from contacts.reading import sheets, tables
from contacts.reading.errors import Unreadable
from contacts.reading.sheets import Workbook
from contacts.reading.tables import Layout
from seven_dashboard.errors import Refused

FOLDER = "imports"


class FileRefused(Refused):
    """The file is no table that can be imported."""

    def __init__(self, error: Unreadable) -> None:
        super().__init__(
            sentences.of_file(error.code, error.facts), code=error.code, field="file"
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is a table: its name in the storage, where it is, how to read it.

    ``book`` says which sheets it has; None for what is no spreadsheet.
    """

    name: str
    path: Path
    size_bytes: int
    layout: Layout
    book: Workbook | None


def keep(
    chunks: Iterable[bytes], *, folder: str = FOLDER, keeps_book: bool = False
) -> Kept:
    """Keep an uploaded file and look through it.

    ``keeps_book`` keeps a spreadsheet of several sheets beside its table, so that
    another sheet can be read. Raises ``FileRefused`` and keeps nothing when it is no
    table.
    """
    name = f"{folder}/{uuid4().hex}.csv"
    target = Path(default_storage.path(name))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        size_bytes = _store(chunks, target)
        layout, book = _inspect(target, keeps_book=keeps_book)
    except BaseException as error:
        delete(target)
        if isinstance(error, Unreadable):
            raise FileRefused(error) from None
        raise
    return Kept(name, target, size_bytes, layout, book)


def read_sheet(path: Path, sheet: int) -> Layout:
    """Read another sheet of a kept spreadsheet in place of its table.

    Raises ``FileRefused``, and then the table stays as it was.
    """
    converted = path.with_suffix(".sheet")
    try:
        sheets.convert(_book_of(path), converted, sheet=sheet)
        layout = tables.inspect(converted, is_numbered=True)
        converted.chmod(0o600)
        converted.replace(path)
    except Unreadable as error:
        raise FileRefused(error) from None
    finally:
        converted.unlink(missing_ok=True)
    return layout


def delete(path: Path) -> None:
    """Delete a table, and the spreadsheet that it came from."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        _book_of(path).unlink(missing_ok=True)


def _book_of(path: Path) -> Path:
    return path.with_suffix(".book")


def remove_orphans(
    *, before: datetime, is_known: Callable[[str], bool], folder: str = FOLDER
) -> None:
    """Delete files of uploads that were cut off before their row was written."""
    place = Path(default_storage.path(folder))
    for path in place.glob("*") if place.is_dir() else ():
        with suppress(OSError):
            is_old = path.stat().st_mtime < before.timestamp()
            if is_old and not is_known(f"{folder}/{path.name}"):
                path.unlink()


def _store(chunks: Iterable[bytes], target: Path) -> int:
    size_bytes = 0
    with target.open("xb") as stream:
        target.chmod(0o600)
        for chunk in chunks:
            size_bytes += len(chunk)
            if size_bytes > settings.IMPORT_MAX_BYTES:
                raise Unreadable("too_large", most=settings.IMPORT_MAX_BYTES >> 20)
            stream.write(chunk)
    return size_bytes


def _inspect(path: Path, *, keeps_book: bool) -> tuple[Layout, Workbook | None]:
    if not sheets.is_spreadsheet(path):
        return tables.inspect(path), None
    converted = path.with_suffix(".sheet")
    try:
        book = sheets.convert(path, converted)
        converted.chmod(0o600)
        if keeps_book and len(book.names) > 1:
            path.replace(_book_of(path))
        converted.replace(path)
    finally:
        converted.unlink(missing_ok=True)
    return tables.inspect(path, is_numbered=True), book
