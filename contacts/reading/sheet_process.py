"""The process that reads one spreadsheet: ``python -m … SOURCE TARGET [SHEET]``.

Prints the names of the sheets and which of them it read, counted from 0, as JSON; or
a code of ``contacts.reading.errors`` when it cannot.
"""

from __future__ import annotations

import csv
import datetime as dt
import errno
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from contacts.reading.errors import Unreadable
from contacts.reading.tables import MAX_COLUMNS, MAX_ROWS

MAX_MEMORY_BYTES = 2 << 30
MAX_CPU_S = 100
# A text that a workbook holds once may stand in all of its cells: of a table, so many
# times the size of its file. Small files may grow more, as with their archive.
MAX_TABLE_BYTES = 400 << 20
MAX_GROWTH = 200
GROWTH_COUNTS_FROM_BYTES = 50 << 20

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def main(source: Path, target: Path, sheet: int | None = None) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most_bytes = most_of(source.stat().st_size)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        names, read = _read(source, target, sheet)
    except Unreadable as error:
        sys.stdout.write(error.code)
        return 1
    sys.stdout.write(json.dumps({"names": names, "read": read}))
    return 0


def most_of(size_bytes: int) -> int:
    """Return how large a table may become that comes from a file of some size."""
    grown = max(GROWTH_COUNTS_FROM_BYTES, MAX_GROWTH * size_bytes)
    return min(MAX_TABLE_BYTES, grown)


def _read(source: Path, target: Path, sheet: int | None) -> tuple[list[str], int]:
    """Write the wanted sheet, or the first that holds something."""
    try:
        with CalamineWorkbook.from_path(source) as book:
            names = book.sheet_names
            wanted = range(len(names)) if sheet is None else range(sheet, sheet + 1)
            for index in wanted:
                if _write(target, _rows(book, index)):
                    return names, index
    except PasswordError:
        raise Unreadable("spreadsheet_locked") from None
    except MemoryError:
        raise Unreadable("spreadsheet_too_large") from None
    except (CalamineError, OSError, ValueError) as error:
        is_full = isinstance(error, OSError) and error.errno == errno.EFBIG
        code = "spreadsheet_too_large" if is_full else "spreadsheet_broken"
        raise Unreadable(code) from None
    raise Unreadable("empty" if sheet is None else "empty_sheet")


def _write(target: Path, rows: Iterator[tuple[int, list[str]]]) -> int:
    """Write the rows as a numbered table; return how many there are."""
    count = 0
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for number, cells in rows:
            if number > MAX_ROWS:
                raise Unreadable("too_many_rows")
            if len(cells) > MAX_COLUMNS:
                raise Unreadable("too_many_columns")
            writer.writerow([number, *cells])
            count += 1
    return count


def _rows(book: CalamineWorkbook, index: int) -> Iterator[tuple[int, list[str]]]:
    """Yield number and texts of the rows that hold something."""
    for number, cells in enumerate(_sheet(book, index), start=1):
        texts = _without_empty_end([text(cell) for cell in cells])
        if texts:
            yield number, texts


def _sheet(book: CalamineWorkbook, index: int) -> Iterator[list[Cell]]:
    sheet = book.get_sheet_by_index(index)
    return iter(sheet.iter_rows()) if sheet.start else iter(())


def text(cell: Cell) -> str:
    """Return a cell as a person would type it: digits whole, days as 1990-05-17."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, dt.datetime):
        is_day = cell.time() == dt.time()
        return cell.date().isoformat() if is_day else cell.isoformat(" ", "seconds")
    return str(cell)


def _number_text(value: float) -> str:
    # Up to 2**53 a number without decimals is exact.
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = repr(value)
    # With three decimals a text would look like thousands where a comma is decimal.
    return f"{text}0" if text[-4:-3] == "." else text


def _without_empty_end(cells: list[str]) -> list[str]:
    with suppress(IndexError):
        while not cells[-1]:
            cells.pop()
    return cells


if __name__ == "__main__":
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else None
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), wanted))
