"""Read which cell of a refused row is to blame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from contacts import field_kinds, rows, sentences
from contacts.models import Import
from contacts.rows import Shape
from contacts.selectors.import_shapes import shape_of

LONGEST_FIELD = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """A refused row: its number in the file, why, and the cell with its heading.

    ``rest`` are the other cells that hold something, to know the row by.
    """

    line: int
    reason: str
    heading: str
    cell: str
    rest: Sequence[str]


def faults(
    source: Import, refusals: Iterable[tuple[int, str, Sequence[str]]]
) -> list[Fault]:
    """Return the refused rows (number, reason, cells) with the cells to blame."""
    shape, found = shape_of(source), []
    header: Sequence[str] = source.layout["header"]
    for line, reason, cells in refusals:
        at = _culprit(reason, cells, shape)
        heading = cell = ""
        if at is not None:
            heading = _heading(header, at)
            cell = cells[at].strip()
        rest = [one for i, one in enumerate(cells) if one.strip() and i != at]
        found.append(Fault(line, sentences.of_row(reason), heading, cell, rest))
    return found


def _heading(header: Sequence[str], at: int) -> str:
    if at < len(header) and header[at]:
        return header[at]
    column = _("Column")
    return f"{column} {at + 1}"


def _culprit(reason: str, cells: Sequence[str], shape: Shape) -> int | None:
    candidates = [at for at in _suspects(reason, cells, shape) if at < len(cells)]
    filled = [at for at in candidates if cells[at].strip()]
    return next(iter(filled or candidates), None)


def _suspects(reason: str, cells: Sequence[str], shape: Shape) -> list[int]:
    """Return the columns that a reason is about, the likeliest first."""
    if reason in (rows.NO_NUMBER, rows.BAD_NUMBER, rows.SHORTENED_NUMBER):
        return list(shape.phone_columns)
    if reason == rows.BAD_BIRTHDAY:
        return [] if shape.birthday is None else [shape.birthday]
    if reason == rows.BAD_VALUE:
        return [own.at for own in shape.custom if _is_bad(own, cells, shape.country)]
    if reason == rows.TOO_MANY_CELLS:
        return list(range(shape.width, len(cells)))
    limits = dict(shape.texts)
    if shape.full_name is not None:
        limits[shape.full_name] = LONGEST_FIELD
    limits |= {own.at: rows.MAX_CUSTOM_LENGTH for own in shape.custom}
    return [at for at, most in limits.items() if len(_cell(cells, at)) > most]


def _is_bad(own: rows.OwnColumn, cells: Sequence[str], country: str) -> bool:
    kind, choices = own.kind
    try:
        field_kinds.normal(
            _cell(cells, own.at), kind=kind, country=country, choices=choices
        )
    except ValueError:
        return True
    return False


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""
