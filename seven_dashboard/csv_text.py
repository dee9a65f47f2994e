"""Tables as text for spreadsheet programs, so that no cell runs as a formula. Pure."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

# What a table of ours can hold. Typed ones are numbers and dates in a spreadsheet.
Cell = str | int | Decimal | dt.date | dt.datetime | None

# Countries that write 1,234.5; all others write 1.234,5.
DECIMAL_POINT: Final = frozenset(
    ("US", "GB", "IE", "CA", "AU", "NZ", "IN", "MX", "IL", "CN", "JP", "KR", "TH")
)
# Excel takes a file without it for Windows-1252.
BYTE_ORDER_MARK: Final = "\ufeff"
# The wide ones are signs of East Asian keyboards, which Excel takes for the others.
_FORMULA_STARTS = frozenset("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
_PHONE_CHARACTERS = frozenset("+0123456789 ()/.-")


class _Line:
    """A stream that hands back what was just written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    Phone numbers like +49 171 1234567 stay readable: a plus before digits alone
    computes nothing.
    """
    if cell[:1] not in _FORMULA_STARTS:
        return cell
    is_number = cell[0] == "+" and cell[1:2].isdigit()
    if is_number and set(cell) <= _PHONE_CHARACTERS and "-" not in cell:
        return cell
    return f"'{cell}"


def lines(
    rows: Iterable[Iterable[Cell]], *, separator: str = ";", country: str = "DE"
) -> Iterator[str]:
    """Yield the rows as lines of a table, a byte order mark first.

    ``country`` (ISO code) says whether a number is 1.5 or 1,5.
    """
    line = _Line()
    writer = csv.writer(line, delimiter=separator)
    has_point = country in DECIMAL_POINT
    inner = _inner_formulas(separator)
    yield BYTE_ORDER_MARK
    for row in rows:
        cells = [_written(cell, has_point) for cell in row]
        writer.writerow(cells)
        # Millions of rows, of which few can hold a call: one look at all cells.
        if ("(" in line.text or "|" in line.text) and inner.search(line.text):
            writer.writerow([inner.sub("'", cell) for cell in cells])
        yield line.text


def _inner_formulas(separator: str) -> re.Pattern[str]:
    """Return where a formula begins for who parts cells by another mark than we do.

    Excel parts them as is usual in the reader's country, whatever the file does, and
    finds new cells and rows within ours. What calls nothing stays as it is: a price of
    5,- computes nothing.
    """
    others = "".join({",", ";", "\t"} - {separator}) + "\r\n"
    starts = re.escape("".join(sorted(_FORMULA_STARTS - set("\t\r\n"))))
    return re.compile(f"(?<=[{others}])(?=[{starts}][^{others}]*\\w[(|])")


def _written(cell: Cell, has_point: bool) -> str:
    if isinstance(cell, str):
        # Millions of cells, of which few begin so: the short way first.
        return neutral(cell) if cell[:1] in _FORMULA_STARTS else cell
    if cell is None:
        return ""
    if isinstance(cell, (Decimal, int)):
        text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
        return text if has_point else text.replace(".", ",")
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat()
