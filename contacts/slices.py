"""Cleans the rows of a slice of a file and writes them as COPY reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def prepare(rows: Sequence[Row], shape: Shape) -> Slice:
    """Clean the rows of a slice; the first of several rows with a number counts."""
    lines: list[str] = []
    refusals: list[RefusedRow] = []
    seen: set[str] = set()
    tabs = len(shape.names) - 1
    duplicates = 0
    for number, cells in rows:
        try:
            values = clean(cells, shape)
        except Refusal as refusal:
            refusals.append((number, refusal.reason, cells))
            continue
        if values[0] in seen:
            duplicates += 1
            continue
        seen.add(values[0])
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
    )
