"""Reads an uploaded table as a stream of numbered rows.

``inspect`` looks through the whole file once, so that whatever is wrong with it is
said before anything is written; ``rows`` then streams it in flat memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from contacts import columns
from contacts.reading import dialects, encodings
from contacts.reading.dialects import Dialect
from contacts.reading.errors import Unreadable

MAX_ROWS = 2_000_000
MAX_COLUMNS = 200
# A heading stands in one of the first lines, below titles and dates.
HEADER_WITHIN = 10
# A record over more lines than this is a quotation mark that was never closed.
MAX_LINES_OF_RECORD = 200
_SAMPLE_CHARACTERS = 1 << 16

# The line of the file where a record begins (1 is the first), and its cells.
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a table again; goes to JSON and back.

    ``start`` is the number of records before the first data row, titles and heading
    among them. ``rows`` counts the data rows, blank ones left out.
    """

    encoding: str
    delimiter: str
    quote: str
    escape: str
    skips_space: bool
    has_separator_line: bool
    # Each record opens with its row number: made from a spreadsheet.
    is_numbered: bool
    has_header: bool
    header: list[str]
    start: int
    width: int
    rows: int

    @property
    def dialect(self) -> Dialect:
        return Dialect(
            self.delimiter,
            self.quote,
            self.escape,
            self.skips_space,
            self.has_separator_line,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def inspect(
    path: Path,
    *,
    has_header: bool | None = None,
    is_numbered: bool = False,
    encoding_name: str = "",
    delimiter: str = "",
) -> Layout:
    """Look through the whole table and return its layout.

    ``has_header``, ``encoding_name`` and ``delimiter`` overrule a guess. Raises
    ``Unreadable`` for whatever cannot be imported: no text, nothing but a heading,
    too many rows or columns, a quotation mark that is never closed.
    """
    if encoding_name:
        encoding = encodings.read_as(path, encoding_name)
    else:
        encoding = encodings.detect(path)
    if is_numbered:
        dialect = Dialect(",")
    else:
        dialect = dialects.sniff(_sample(path, encoding.name), delimiter=delimiter)
    records = _records(path, encoding.name, dialect, is_numbered=is_numbered)
    first = list(islice(records, HEADER_WITHIN))
    if not first:
        raise Unreadable("empty")
    at = _header_at([cells for _line, cells in first], forced=has_header)
    start = 0 if at is None else at + 1
    header = [] if at is None else [cell.strip() for cell in first[at][1]]
    count, width = _measure(path, encoding, dialect, is_numbered=is_numbered)
    if count <= start:
        raise Unreadable("only_header" if at is not None else "empty")
    return Layout(
        encoding=encoding.name,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        skips_space=dialect.skips_space,
        has_separator_line=dialect.has_separator_line,
        is_numbered=is_numbered,
        has_header=at is not None,
        header=_without_empty_end(header),
        start=start,
        width=len(_without_empty_end(header)) or width,
        rows=count - start,
    )


def rows(path: Path, layout: Layout, *, skip: int = 0) -> Iterator[Row]:
    """Yield the data rows after the first ``skip`` ones, blank rows left out."""
    records = _records(
        path, layout.encoding, layout.dialect, is_numbered=layout.is_numbered
    )
    return islice(records, layout.start + skip, None)


def slices(source: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Yield lists of up to ``size`` rows."""
    while part := list(islice(source, size)):
        yield part


def _sample(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(_SAMPLE_CHARACTERS)
    if len(text) < _SAMPLE_CHARACTERS:
        return text
    # The last line is cut off and would count as a short one.
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _records(
    path: Path, encoding: str, dialect: Dialect, *, is_numbered: bool
) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as stream:
        offset = 0
        if dialect.has_separator_line:
            stream.readline()
            offset = 1
        reader = csv.reader(stream, **dialect.options())
        line = 1 + offset
        try:
            if is_numbered:
                for cells in reader:
                    yield int(cells[0]), cells[1:]
                    line = int(cells[0]) + 1
                return
            for cells in reader:
                next_line = reader.line_num + 1 + offset
                if next_line - line > MAX_LINES_OF_RECORD:
                    raise Unreadable("quote_not_closed", line=line)
                if any(cells):
                    yield line, cells
                line = next_line
        except csv.Error:
            # The one thing that stops Python's reader: a cell of over 131,072 letters.
            raise Unreadable("cell_too_long", line=line) from None


def _measure(
    path: Path, encoding: encodings.Encoding, dialect: Dialect, *, is_numbered: bool
) -> tuple[int, int]:
    """Return how many records there are and the width of the widest."""
    count = width = 0
    last: Row = (0, [])
    for last in _records(path, encoding.name, dialect, is_numbered=is_numbered):
        count += 1
        if len(last[1]) > width:
            width = max(width, len(_without_empty_end(last[1])))
            if width > MAX_COLUMNS:
                raise Unreadable("too_many_columns", most=MAX_COLUMNS)
        if count > MAX_ROWS:
            raise Unreadable("too_many_rows", most=MAX_ROWS)
    if not is_numbered and count:
        _check_end(last, encoding.quotes, dialect)
    return count, width


def _check_end(last: Row, quotes: int, dialect: Dialect) -> None:
    """Refuse a last record that swallowed lines because a quote stays open."""
    line, cells = last
    is_several_lines = any("\n" in cell or "\r" in cell for cell in cells)
    if dialect.quote == '"' and quotes % 2 and is_several_lines and not dialect.escape:
        raise Unreadable("quote_not_closed", line=line)


def _header_at(records: list[list[str]], *, forced: bool | None) -> int | None:
    """Return which of the first records is the heading, or None."""
    if forced is False:
        return None
    known = [columns.count_known(cells) for cells in records]
    best = max(range(len(records)), key=lambda at: (known[at], -at))
    if known[best] and (known[best] > 1 or not _holds_data(records[best])):
        return best
    if forced or (not _holds_data(records[0]) and any(map(_holds_data, records[1:]))):
        return 0
    return None


def _holds_data(cells: list[str]) -> bool:
    return any("@" in cell or columns.looks_like_number(cell) for cell in cells)


def _without_empty_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
