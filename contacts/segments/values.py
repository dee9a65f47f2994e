"""What may stand behind an operator: read from a form or from JSON, and said. Pure.

``read`` takes what came, a text, a number or a list of them, and returns the one form
that is kept as JSON. It raises ``Unreadable`` with a sentence for the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contacts import field_kinds
from contacts.segments import raw_texts
from seven_dashboard.formatting import day_text, number_text

MAX_TEXT = 200
MAX_DAYS = 3_650
MAX_YEAR_DAYS = 365
# A leap year, so that 29 February is a day.
LEAP = 2024


class Unreadable(ValueError):
    """No value of its kind; the text is a sentence for the person."""


class Kind(Protocol):
    """One kind of value. ``input`` says what a form asks with; "": nothing."""

    @property
    def input(self) -> str: ...

    def read(self, raw: Any, *, country: str) -> Any: ...

    def say(self, value: Any) -> str: ...

    def options(self) -> Sequence[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """An operator that needs no value: "is empty"."""

    input: ClassVar[str] = ""

    def read(self, raw: Any, *, country: str) -> None:
        return None

    def say(self, value: Any) -> str:
        return ""

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, slots=True)
class Text:
    input: ClassVar[str] = "text"

    def read(self, raw: Any, *, country: str) -> str:
        text = raw_texts.text(raw)
        if not text:
            raise Unreadable(_("Write what to look for."))
        if len(text) > MAX_TEXT or "\0" in text:
            raise Unreadable(_("This text is too long."))
        return text

    def say(self, value: Any) -> str:
        return pgettext("quoted value", "“%(text)s”") % {"text": value}

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, kept as text: ``1234.5``.

    Three decimals are kept as four: 1.234 would be read as 1234 in most countries.
    """

    input: ClassVar[str] = "number"

    def read(self, raw: Any, *, country: str) -> str:
        try:
            number = field_kinds.normal(
                raw_texts.required(raw), kind=field_kinds.NUMBER, country=country
            )
        except ValueError:
            raise Unreadable(_("Write a number.")) from None
        return f"{number}0" if number[-4:-3] == "." else number

    def say(self, value: Any) -> str:
        decimals = len(str(value).partition(".")[2].rstrip("0"))
        return number_text(value, decimals=decimals)

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds."""

    least: int
    most: int
    input: ClassVar[str] = "whole"

    def read(self, raw: Any, *, country: str) -> int:
        text = raw_texts.text(raw)
        is_number = text.isascii() and text.isdigit() and len(text) < 9
        if not is_number or not self.least <= int(text) <= self.most:
            raise Unreadable(
                _("Write a whole number from %(least)s to %(most)s.")
                % {"least": number_text(self.least), "most": number_text(self.most)}
            )
        return int(text)

    def say(self, value: Any) -> str:
        return number_text(value)

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, slots=True)
class Day:
    """A date, kept as ``2026-11-25``."""

    input: ClassVar[str] = "day"

    def read(self, raw: Any, *, country: str) -> str:
        try:
            day = field_kinds.day(raw_texts.required(raw), country=country)
        except ValueError:
            raise Unreadable(_("Choose a date.")) from None
        # What a database can compare with a moment of any zone.
        if not 1 < day.year < 9999:
            raise Unreadable(_("Choose a date."))
        return day.isoformat()

    def say(self, value: Any) -> str:
        return day_text(str(value))

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day of any year, kept as ``05-17``."""

    input: ClassVar[str] = "day_of_year"

    def read(self, raw: Any, *, country: str) -> str:
        numbers = [int(part) for part in raw_texts.digits(raw)]
        month_first = country in ("US", "") or "-" in raw_texts.text(raw)
        if len(numbers) == 2:
            month, day = numbers if month_first else numbers[::-1]
            try:
                return f"{dt.date(LEAP, month, day):%m-%d}"
            except ValueError:
                pass
        raise Unreadable(_("Write day and month, like %(day)s.") % {"day": "24.12."})

    def say(self, value: Any) -> str:
        month, _dash, day = str(value).partition("-")
        return pgettext("day and month", "%(day)s/%(month)s") % {
            "day": day,
            "month": month,
        }

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values; ``is_range``: the second must not be below the first."""

    first: Kind
    second: Kind
    is_range: bool = False

    input: ClassVar[str] = "pair"

    def read(self, raw: Any, *, country: str) -> list[Any]:
        rows = list(raw) if isinstance(raw, list | tuple) else [raw]
        one, two = (rows + [None, None])[:2]
        pair = [
            self.first.read(one, country=country),
            self.second.read(two, country=country),
        ]
        if self.is_range and _rank(pair[1]) < _rank(pair[0]):
            raise Unreadable(_("The second value is smaller than the first."))
        return pair

    def say(self, value: Any) -> str:
        return _("%(first)s and %(second)s") % {
            "first": self.first.say(value[0]),
            "second": self.second.say(value[1]),
        }

    def options(self) -> Sequence[tuple[str, str]]:
        return ()


def parts(kind: Kind) -> tuple[Kind, ...]:
    """Return what a form asks for one after the other."""
    if isinstance(kind, Pair):
        return (kind.first, kind.second)
    return (kind,) if kind.input else ()


def _rank(value: Any) -> Any:
    """Return what compares a number as a number and a day as a day."""
    try:
        return Decimal(value)
    except ArithmeticError:
        return value
