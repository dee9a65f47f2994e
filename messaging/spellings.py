"""Numbers as the gateway spells them beside numbers as we asked for them.

It answers digits without a plus (gateway.md 3.1), but nobody promises that it always
does: with `+` or `00`, with blanks, or as dialled within the country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NO_DIGIT = re.compile(r"[^0-9]+")
# Fewer digits in common than this say nothing.
_LEAST_DIGITS = 7


def digits(number: str) -> str:
    """Return a number as digits with its country code and nothing before it."""
    bare = number[1:] if number.startswith("+") else number
    if not bare.isdecimal():
        bare = _NO_DIGIT.sub("", bare)
    return bare.lstrip("0")


def is_same(one: str, other: str) -> bool:
    """Say that two spellings are one number for sure."""
    found = digits(one)
    return bool(found) and found == digits(other)


def could_be(one: str, other: str) -> bool:
    """Say that two spellings may be one number, one without its country code."""
    short, long = sorted((digits(one), digits(other)), key=len)
    return len(short) >= _LEAST_DIGITS and long.endswith(short)


def places(asked: Sequence[str], answered: Sequence[str]) -> list[int | None]:
    """Return, for each number asked for, which answer is its own; None: unknown.

    Order means nothing. A number answered twice, or never, has no answer of its own.
    One that is spelled without its country code counts when it can be one only.
    """
    by_digits: dict[str, list[int]] = {}
    for place, number in enumerate(answered):
        by_digits.setdefault(digits(number), []).append(place)
    found = [by_digits.get(digits(number), []) for number in asked]
    taken = {place for places in found for place in places}
    rest = [place for place in range(len(answered)) if place not in taken]
    if rest:
        _add_shortened(found, asked, answered, rest)
    return [only[0] if len(only) == 1 else None for only in found]


def _add_shortened(
    found: list[list[int]],
    asked: Sequence[str],
    answered: Sequence[str],
    rest: list[int],
) -> None:
    for place in rest:
        wanted = [
            at for at, number in enumerate(asked) if could_be(number, answered[place])
        ]
        # Also one that has its answer already: then there are two, and neither counts.
        for at in wanted:
            found[at] = [*found[at], place] if len(wanted) == 1 else [-1, -1]
