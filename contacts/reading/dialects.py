"""How a delimited text is written: separator, quotes, escapes."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import Any

from contacts import columns

DELIMITERS = (";", ",", "\t", "|")
SNIFFED_RECORDS = 200
# Spreadsheet programs write and read this first line.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str = '"'
    # "\\" when quotes inside a cell are written as \" instead of "".
    escape: str = ""
    # The file writes "; " between cells and quotes after it.
    skips_space: bool = False
    # The first line is "sep=;" and no record.
    has_separator_line: bool = False

    def options(self) -> dict[str, Any]:
        """Return the arguments of ``csv.reader``."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "escapechar": self.escape or None,
            "doublequote": not self.escape,
            "skipinitialspace": self.skips_space,
        }


def sniff(sample: str, *, delimiter: str = "") -> Dialect:
    """Return how the text is written, judged by its beginning.

    ``delimiter`` overrules the guess.
    """
    named = _SEPARATOR_LINE.match(sample)
    body = sample[named.end() :] if named else sample
    quote = _quote(body)
    candidates = (delimiter,) if delimiter else (named[1],) if named else DELIMITERS
    best = max(
        (
            _escaped_or_not(
                body,
                Dialect(mark, quote, "", _has_space_before_quote(body, mark, quote)),
            )
            for mark in candidates
        ),
        key=lambda dialect: _score(body, dialect),
    )
    return replace(best, has_separator_line=bool(named))


def _escaped_or_not(body: str, dialect: Dialect) -> Dialect:
    """Take \\" for an escaped quote only where the text reads better for it.

    Otherwise it is a cell that ends in a backslash, such as the name of a folder.
    """
    if f"\\{dialect.quote}" not in body:
        return dialect
    return max(
        dialect,
        replace(dialect, escape="\\"),
        key=lambda read: (
            _is_well_formed(body, read),
            -_count_unread(body, read),
            *_score(body, read),
        ),
    )


def _is_well_formed(body: str, dialect: Dialect) -> bool:
    """Tell whether every closing quote ends its cell."""
    reader = csv.reader(StringIO(body, newline=""), **dialect.options(), strict=True)
    try:
        for _record in islice(reader, SNIFFED_RECORDS):
            pass
    except csv.Error:
        return False
    return True


def _count_unread(body: str, dialect: Dialect) -> int:
    """Return how many cells still have \\" in them."""
    mark = f"\\{dialect.quote}"
    return sum(mark in cell for record in _records(body, dialect) for cell in record)


def _quote(body: str) -> str:
    """Single quotes count only where no double ones do and whole cells have them."""
    if '"' in body:
        return '"'
    wrapped = re.findall(r"(?:^|[;,\t|])'[^'\n]*'(?=[;,\t|\r\n]|$)", body, re.MULTILINE)
    return "'" if len(wrapped) >= 2 else '"'


def _has_space_before_quote(body: str, mark: str, quote: str) -> bool:
    spaced = body.count(f"{mark} {quote}")
    return spaced > body.count(f"{mark}{quote}")


def _score(body: str, dialect: Dialect) -> tuple[int, float, int]:
    """Known headings count most, then equal widths, then many columns."""
    records = list(_records(body, dialect))
    if not records:
        return (0, 0.0, 0)
    widths = Counter(len(record) for record in records)
    width, seen = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    if width < 2:
        return (0, 0.0, 0)
    known = max(columns.count_known(record) for record in records[:10])
    return (known, seen / len(records), width)


def _records(body: str, dialect: Dialect) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(body, newline=""), **dialect.options())
    try:
        for count, record in enumerate(reader):
            if count >= SNIFFED_RECORDS:
                return
            if any(record):
                yield record
    except csv.Error:
        return
