"""Two contacts into one: which value stays, and where a second number goes. Pure.

A contact is a flat mapping of field names to texts; own fields are ``custom:slug``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

KEPT, OTHER, BOTH = "kept", "other", "both"
CHOICES = (KEPT, OTHER, BOTH)
PHONE, HOME, NOTES = "phone", "home_phone", "notes"
NUMBERS = (PHONE, HOME)

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A field of both contacts, and which of the two values stays."""

    name: str
    kept: str
    other: str
    choice: str

    @property
    def differs(self) -> bool:
        return self.kept != self.other

    @property
    def can_keep_both(self) -> bool:
        return self.name == NOTES and bool(self.kept and self.other)


def lines(
    kept: Values,
    other: Values,
    *,
    other_is_newer: bool,
    choices: Mapping[str, str] | None = None,
) -> list[Line]:
    """Return the fields that at least one of the two has, in the order of ``kept``.

    Without a choice of the person, filled beats empty and newer beats older; two notes
    are both kept. No choice can leave a contact without a number that one of them has.
    """
    wanted = choices or {}
    found = []
    for name in dict.fromkeys((*kept, *other)):
        one, two = kept.get(name, ""), other.get(name, "")
        if not one and not two:
            continue
        choice = wanted.get(name, "")
        line = Line(name, one, two, choice)
        if not _is_possible(line):
            choice = _default(line, other_is_newer=other_is_newer)
        found.append(Line(name, one, two, choice))
    return found


def combined(
    chosen: Iterable[Line],
    *,
    key: Callable[[str], str],
    tell: Callable[[str], str],
) -> dict[str, str]:
    """Return the values of the one contact that comes of two.

    A number that is no longer the mobile number becomes the home number, or a line of
    the notes when there is one already. ``key`` makes spellings of one number equal,
    ``tell`` makes the line.
    """
    rows = list(chosen)
    values = {line.name: _value(line) for line in rows}
    known = {key(values.get(name, "")) for name in NUMBERS}
    for number in _numbers(rows):
        if key(number) in known:
            continue
        known.add(key(number))
        if not values.get(HOME):
            values[HOME] = number
        else:
            values[NOTES] = _joined(values.get(NOTES, ""), tell(number), "\n")
    return values


def _is_possible(line: Line) -> bool:
    if line.choice == BOTH:
        return line.can_keep_both
    if line.name == PHONE and not (line.kept and line.other):
        return False
    return line.choice in (KEPT, OTHER)


def _default(line: Line, *, other_is_newer: bool) -> str:
    if not line.differs or not line.other:
        return KEPT
    if not line.kept:
        return OTHER
    if line.can_keep_both:
        return BOTH
    return OTHER if other_is_newer else KEPT


def _value(line: Line) -> str:
    if line.choice == BOTH:
        return _joined(line.kept, line.other, "\n\n")
    return line.other if line.choice == OTHER else line.kept


def _joined(one: str, two: str, between: str) -> str:
    if two in one:
        return one
    return f"{one}{between}{two}" if one else two


def _numbers(rows: list[Line]) -> list[str]:
    """Return all numbers of both, mobile numbers first."""
    by_name = {line.name: line for line in rows}
    found = []
    for name in NUMBERS:
        line = by_name.get(name)
        if line:
            found += [number for number in (line.kept, line.other) if number]
    return found
