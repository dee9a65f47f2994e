"""Tables of messaging as CSV and XLSX, in the language of whoever asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.utils import translation

from contacts import csv_export, xlsx_export
from contacts.csv_export import Cell
from contacts.models import WrittenTable
from contacts.xlsx_export import Column

# Lines that are written in one go, in the language of the file.
PART = 500
# Programs of these languages have the comma for the decimal.
_COMMA_IS_DECIMAL = ("de", "fr", "es", "it", "nl")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table holds; all of it is asked for in the table's language."""

    name: Callable[[], str]
    columns: Callable[[], Sequence[Column]]
    rows: Callable[[], Iterable[Sequence[Cell]]]


def separator_for(language: str) -> str:
    """Return what a spreadsheet program of a language expects between cells."""
    return ";" if language[:2] in _COMMA_IS_DECIMAL else ","


def lines(table: WrittenTable, sheet: Sheet) -> Iterator[str]:
    """Yield a table as CSV, headings first.

    Streaming goes on after the request, when its language is gone: each part is
    written in the language of the table.
    """
    with translation.override(table.language):
        head = [column.heading for column in sheet.columns()]
        body = sheet.rows()
    written = csv_export.lines(
        chain([head], body),
        separator=table.separator,
        country="DE" if table.separator == ";" else "GB",
    )
    while True:
        with translation.override(table.language):
            part = "".join(islice(written, PART))
        if not part:
            return
        yield part


def workbook(table: WrittenTable, sheet: Sheet) -> Iterator[bytes]:
    """Stream a small table as XLSX, from a file that is gone afterwards."""
    with NamedTemporaryFile(suffix=".xlsx") as file:
        with translation.override(table.language):
            _write_xlsx(table, Path(file.name), sheet)
        while block := file.read(1 << 16):
            yield block


def write(table: WrittenTable, path: Path, sheet: Sheet) -> None:
    """Write a table of any size to its file."""
    with translation.override(table.language):
        if table.format == WrittenTable.Format.XLSX:
            _write_xlsx(table, path, sheet)
            return
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines(table, sheet))


def _write_xlsx(table: WrittenTable, path: Path, sheet: Sheet) -> None:
    xlsx_export.write(
        path, sheet.columns(), sheet.rows(), name=sheet.name(), total=table.total
    )
