"""What the columns of a list of opt-outs mean, and its rows read. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contacts import columns, field_kinds, rows
from contacts import phone as phones

PHONE, REASON, SINCE = "phone", "reason", "since"
TARGETS = (PHONE, REASON, SINCE)
_REASONS = """reason grund begruendung bemerkung bemerkungen kommentar comment note
notiz abmeldegrund text message nachricht"""
_DAYS = """date since datum seit am abgemeldetam abmeldedatum abgemeldet optoutdate
optedoutat unsubscribedat unsubscribed createdat created zeitpunkt timestamp time
zeit"""
_MEANINGS = {
    **dict.fromkeys(_REASONS.split(), REASON),
    **dict.fromkeys(_DAYS.split(), SINCE),
}


class Line(NamedTuple):
    """A row that names a number (E.164)."""

    phone: str
    reason: str
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class Shape:
    """Which column is what; None where there is none."""

    phone: int | None
    reason: int | None
    since: int | None
    country: str


def guess(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the guessed target of each column by its position as text.

    ``sample`` are rows for a file without headings, or with headings nobody knows.
    """
    found: dict[str, str] = {}
    for at, target in enumerate(columns.guess(header)):
        word = columns.plain(header[at]).replace(" ", "")
        meaning = _MEANINGS.get(word, target if target == PHONE else "")
        if meaning and meaning not in found.values():
            found[str(at)] = meaning
    if PHONE not in found.values():
        numbers = _most_like_numbers(sample)
        if numbers is not None:
            found[str(numbers)] = PHONE
    return found


def _most_like_numbers(sample: Sequence[Sequence[str]]) -> int | None:
    """Return the column with the most cells that could be numbers, None without any."""
    counts: Counter[int] = Counter()
    for cells in sample:
        counts.update(
            at for at, cell in enumerate(cells) if columns.looks_like_number(cell)
        )
    return counts.most_common(1)[0][0] if counts else None


def shape(mapping: Mapping[str, str], *, country: str) -> Shape:
    """Return the shape for a mapping of column positions (as text) to targets."""
    at = {target: int(position) for position, target in mapping.items()}
    return Shape(at.get(PHONE), at.get(REASON), at.get(SINCE), country)


def read(cells: Sequence[str], wanted: Shape) -> Line:
    """Return the row's number, reason and day; raise ``rows.Refusal``.

    A day that cannot be read is left out: the number must get on the list all the
    same.
    """
    raw = _cell(cells, wanted.phone)
    number = phones.parse(raw, country=wanted.country) if raw else None
    if number is None:
        raise rows.Refusal(_why_not(raw))
    return Line(number.e164, _cell(cells, wanted.reason), _day(cells, wanted))


def _why_not(raw: str) -> str:
    if not raw:
        return rows.NO_NUMBER
    return rows.SHORTENED_NUMBER if phones.is_shortened(raw) else rows.BAD_NUMBER


def _day(cells: Sequence[str], wanted: Shape) -> dt.date | None:
    text = _cell(cells, wanted.since)
    try:
        day = field_kinds.day(text, country=wanted.country) if text else None
    except ValueError:
        return None
    return day if day and dt.date(1990, 1, 1) <= day <= dt.date.today() else None


def _cell(cells: Sequence[str], at: int | None) -> str:
    if at is None or at >= len(cells):
        return ""
    # The database keeps no zero byte.
    return cells[at].replace("\0", "").strip()
