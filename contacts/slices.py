"""Cleans the rows of a slice of a file and writes them as COPY reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contacts.number_forms import CODES, twin
from contacts.reading.tables import Row
from contacts.rows import Refusal, Shape, clean

# What COPY reads as something else than the character itself.
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None}
)
_SPECIAL = ("\\", "\n", "\r", "\0")

# Row number, reason, cells.
RefusedRow = tuple[int, str, list[str]]


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows ready to be written."""

    rows: int
    # Lines for COPY, one for each good row, in the order of ``Shape.names``.
    copied: bytes
    good: int
    duplicates: int
    refusals: list[RefusedRow]
    # Some of its numbers are written in two forms (``number_forms``).
    has_twins: bool = False


def prepare(rows: Sequence[Row], shape: Shape) -> Slice:
    """Clean the rows of a slice; the first of several rows with a number counts.

    Both forms of a number are the same number.
    """
    lines: list[str] = []
    refusals: list[RefusedRow] = []
    seen: set[str] = set()
    tabs = len(shape.names) - 1
    duplicates = 0
    has_twins = False
    for number, cells in rows:
        try:
            values = clean(cells, shape)
        except Refusal as refusal:
            refusals.append((number, refusal.reason, cells))
            continue
        # A call for each row would be felt.
        other = twin(values[0]) if values[0][:3] in CODES else ""
        if values[0] in seen or other in seen:
            duplicates += 1
            continue
        seen.add(values[0])
        has_twins = has_twins or other != ""
        line = "\t".join(values)
        if line.count("\t") != tabs or any(mark in line for mark in _SPECIAL):
            line = "\t".join(value.translate(_ESCAPES) for value in values)
        lines.append(line)
    # Sorted, so that two imports lock the same contacts in the same order.
    lines.sort()
    lines.append("")
    return Slice(
        rows=len(rows),
        copied="\n".join(lines).encode(),
        good=len(seen),
        duplicates=duplicates,
        refusals=refusals,
        has_twins=has_twins,
    )
