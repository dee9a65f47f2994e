"""Reads the values of a workspace's own fields by their kind. Pure.

A value is kept as text in one form for each kind, so that equal values are equal
texts: a number as ``1234.5``, a day as ``1990-05-17``, yes or no as ``1`` or ``0``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from seven_dashboard.csv_text import DECIMAL_POINT

TEXT, NUMBER, DATE, BOOLEAN, CHOICE = "text", "number", "date", "boolean", "choice"
KINDS = (TEXT, NUMBER, DATE, BOOLEAN, CHOICE)
MAX_LENGTH = 500
YES = frozenset(("1", "yes", "y", "true", "x", "on", "ja", "j", "wahr"))
NO = frozenset(("0", "no", "n", "false", "off", "nein", "falsch"))

_DAY_PARTS = re.compile(r"(\d{1,4})[-./ ]+(\d{1,2})[-./ ]+(\d{1,4})")
_MONTH_FIRST = frozenset({"US"})
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_MAX_DIGITS = 30


def normal(text: str, *, kind: str, country: str, choices: Sequence[str] = ()) -> str:
    """Return the one form of a value, or "" for an empty one.

    ``country`` (ISO code) decides what 1.234 and 03/04/2025 mean. Raises
    ``ValueError`` for what is no value of the kind, or is too long.
    """
    text = text.strip()
    if not text:
        return ""
    if len(text) > MAX_LENGTH:
        raise ValueError("too long")
    if kind == NUMBER:
        return _number(text, country)
    if kind == DATE:
        return day(text, country=country).isoformat()
    if kind == BOOLEAN:
        return _boolean(text)
    if kind == CHOICE:
        return _choice(text, choices)
    return text


def written(value: str, *, kind: str, country: str) -> str:
    """Return a stored value as ``normal`` reads it back: 1,5 where a comma is usual."""
    if kind == NUMBER and country not in DECIMAL_POINT:
        return value.replace(".", ",")
    return value


def is_stored_day(value: str) -> bool:
    """Tell whether a stored value is a day, or empty."""
    try:
        return not value or bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def day(text: str, *, country: str) -> dt.date:
    """Return the day that a text begins with: 17.05.1990, 1990-05-17, 5/17/90 (US).

    Raises ``ValueError``.
    """
    found = _DAY_PARTS.match(text)
    if found is None:
        raise ValueError("no date")
    one, two, three = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        year, month, of_month = one, two, three
    elif country in _MONTH_FIRST and "/" in text:
        month, of_month, year = one, two, three
    else:
        of_month, month, year = one, two, three
    return dt.date(_full_year(year, found[0]), month, of_month)


def _full_year(year: int, text: str) -> int:
    if year >= 100 or len(text) > 8:
        return year
    this_year = dt.date.today().year
    return year + (2000 if year <= this_year % 100 else 1900)


def _number(text: str, country: str) -> str:
    plain = re.sub(r"[\s'\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}€$£%]", "", text)
    if not _NUMBER.fullmatch(plain) or len(plain) > _MAX_DIGITS:
        raise ValueError("no number")
    point = _decimal_mark(plain, country)
    for mark in ".,":
        plain = plain.replace(mark, "." if mark == point else "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError("no number") from None
    short = f"{value.normalize():f}"
    return "0" if short == "-0" else short


def _decimal_mark(plain: str, country: str) -> str:
    """Return which of the marks in a number is the decimal one, or ""."""
    last = max(plain, key=lambda mark: plain.rfind(mark) if mark in ".," else -2)
    if last not in ".,":
        return ""
    if "." in plain and "," in plain:
        if plain.count(last) > 1:
            raise ValueError("no number")
        return last
    if plain.count(last) > 1:
        return ""
    home = "." if country in DECIMAL_POINT else ","
    groups_thousands = len(plain) - plain.rfind(last) - 1 == 3
    return "" if groups_thousands and last != home else last


def _boolean(text: str) -> str:
    word = text.casefold()
    if word in YES:
        return "1"
    if word in NO:
        return "0"
    raise ValueError("neither yes nor no")


def _choice(text: str, choices: Sequence[str]) -> str:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    raise ValueError("not on the list")
