"""Makes a table of text that people paste. Pure.

Rows from a spreadsheet come with tabs and are a table already. From a mail or a chat
come lines such as "Anna Schmidt: 0171 1234567", or numbers with commas between.
"""

from __future__ import annotations

import re

from contacts import columns

_NUMBER = re.compile(r"(?<![\w@.])(?:\+|\(?0)?[\d(][\d ()/.\-]{5,}\d(?!\w)")
_ADDRESS = re.compile(r"<?([^\s<>,;:]+@[^\s<>,;:]+)>?")
_CELL_MARKS = ("\t", ";", "|")
_BETWEEN = " \t,;:|<>()[]-\N{EN DASH}\N{EM DASH}\N{BULLET}*"
HEADINGS = ("Name", "E-Mail", "Mobile")


def as_table(text: str, *, is_numbers: bool = False) -> str:
    """Return the text as a table that ``tables.inspect`` reads.

    A text that is a table already, or that has lines without a number, comes back as
    it was. ``is_numbers``: every line is meant to have one, so that a line without is
    a row whose number is wrong.
    """
    lines = [line.strip() for line in text.splitlines()]
    filled = [line for line in lines if line]
    if _is_table(text, filled):
        return text
    found = [_NUMBER.findall(line) for line in filled]
    if is_numbers and any(found):
        found = [numbers or [line] for numbers, line in zip(found, filled, strict=True)]
        filled = [line if _NUMBER.search(line) else "" for line in filled]
    if not filled or not all(found):
        return text
    rest = [_rest(line) for line in filled]
    if not any(rest):
        return "\n".join(number for numbers in found for number in numbers)
    rows = [
        (_name(words), _address(words), number)
        for words, numbers in zip(rest, found, strict=True)
        for number in numbers
    ]
    return "\n".join("\t".join(row) for row in (HEADINGS, *rows))


def _is_table(text: str, filled: list[str]) -> bool:
    if any(mark in text for mark in _CELL_MARKS) or '"' in text:
        return True
    return bool(filled) and columns.count_known(filled[0].split(",")) > 0


def _rest(line: str) -> str:
    return _NUMBER.sub(" ", line).strip(_BETWEEN)


def _name(words: str) -> str:
    return " ".join(_ADDRESS.sub(" ", words).split()).strip(_BETWEEN)


def _address(words: str) -> str:
    found = _ADDRESS.search(words)
    return found[1] if found else ""
