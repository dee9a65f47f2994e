"""What kind of values a column holds, guessed from its heading and some cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from contacts import columns, field_kinds

# A list of choices is for a few words that come again and again.
MOST_GUESSED_CHOICES = 10
MOST_CHOICES = 50
LONGEST_CHOICE = 40
_LEAST_ROWS_PER_CHOICE = 5
# Numbers to tell things apart, not to reckon with: 0047 must stay 0047.
_NAMES_A_THING = re.compile(
    r"(?:^| )(?:id|nr|no|code|pin|plz|zip|iban|bic)(?: |$)|nummer|number|telefon|phone"
)


def guess(heading: str, cells: Iterable[str], *, country: str) -> str:
    """Return the kind that all of the cells are of; text when in doubt."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return field_kinds.TEXT
    if _is_yes_or_no(filled):
        return field_kinds.BOOLEAN
    if _all_are(field_kinds.DATE, filled, country):
        return field_kinds.DATE
    is_thing = bool(_NAMES_A_THING.search(columns.plain(heading)))
    if not is_thing and not any(map(_is_code, filled)):
        if _all_are(field_kinds.NUMBER, filled, country):
            return field_kinds.NUMBER
        if _are_choices(filled):
            return field_kinds.CHOICE
    return field_kinds.TEXT


def choices_in(cells: Iterable[str]) -> list[str]:
    """Return the different values, whatever their case, by their first spelling.

    Stops after one more than ``MOST_CHOICES``: then it is no list of choices.
    """
    found = _spellings(cells)
    return list(islice(found, MOST_CHOICES + 1))


def _spellings(cells: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for cell in cells:
        value = cell.strip()
        if value and value.casefold() not in seen:
            seen.add(value.casefold())
            yield value


def _is_yes_or_no(filled: Sequence[str]) -> bool:
    words = {cell.casefold() for cell in filled}
    if not words <= field_kinds.YES | field_kinds.NO or len(words) > 2:
        return False
    # Only ones, or only zeros, may as well be an amount.
    return not words <= {"0", "1"} or len(words) == 2


def _all_are(kind: str, filled: Sequence[str], country: str) -> bool:
    try:
        for cell in filled:
            field_kinds.normal(cell, kind=kind, country=country)
    except ValueError:
        return False
    return True


def _is_code(cell: str) -> bool:
    digits = re.sub(r"\D", "", cell)
    has_leading_zero = len(cell) > 1 and cell[0] == "0" and cell[1].isdigit()
    return has_leading_zero or cell.startswith("+") or len(digits) > 15


def _are_choices(filled: Sequence[str]) -> bool:
    found = choices_in(filled)
    return (
        1 < len(found) <= MOST_GUESSED_CHOICES
        and len(filled) >= _LEAST_ROWS_PER_CHOICE * len(found)
        and max(map(len, found)) <= LONGEST_CHOICE
    )
