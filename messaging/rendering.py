"""Fill the variables of a message text: ``{{ firstname|there }}``.

A variable is a name between double braces, with an optional text after a bar that
stands in when the contact has no value. That is the whole language: no attribute
access, no filters, no code. Text that comes in as a value is never read again, so a
contact called ``{{ phone }}`` stays exactly that.

Whitespace: around a name and a default it does not count; a value is trimmed and every
run of blanks in it, line breaks and no-break spaces too, becomes one space, so that a
stray character of a spreadsheet neither tears a text apart nor forces UCS-2. For the
same reason letters and their accents are joined (Unicode NFC), in text and values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

# The longest text that the gateway takes on any channel (voice).
MAX_TEXT = 10_000
MAX_VARIABLES = 100
MAX_NAME = 60
MAX_VALUE = 1_000

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(rf"[^\W\d][\w-]{{0,{MAX_NAME - 1}}}")
_BRACES = re.compile(r"\{\{|\}\}")


class Variable(NamedTuple):
    """A name in lower case, and what stands in for a missing value, or None."""

    name: str
    default: str | None


class TemplateError(ValueError):
    """The text is not well formed.

    ``code`` is one of ``too_long``, ``too_many``, ``unclosed``, ``unopened``, ``name``;
    ``excerpt`` is the piece of text it is about and ``position`` where that begins.
    """

    def __init__(self, code: str, *, excerpt: str = "", position: int = 0) -> None:
        super().__init__(f"{code} at {position}")
        self.code = code
        self.excerpt = excerpt
        self.position = position


class MissingValue(LookupError):
    """A variable without a default has no value for this recipient."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def variables_of(text: str) -> tuple[Variable, ...]:
    """Return the variables of a text in order, each occurrence once.

    Raises TemplateError when braces are broken or a bound is passed.
    """
    found = (piece for piece in _parse(text) if isinstance(piece, Variable))
    return tuple(dict.fromkeys(found))


def render(
    text: str,
    values: Mapping[str, str],
    *,
    escape: Callable[[str], str] | None = None,
) -> str:
    """Return the text with every variable filled from ``values`` (names in lower case).

    ``escape`` makes of what is filled in, values and defaults, what the text around it
    can hold; a value is shortened before.
    Raises TemplateError for a broken text and MissingValue when a variable has
    neither a value nor a default: there is never an empty hole.
    """
    return "".join(
        piece if isinstance(piece, str) else _put(_value(piece, values), escape)
        for piece in _parse(text)
    )


def occurrences(text: str, variable: Variable) -> int:
    """Return how often a variable, with this very default, stands in a text."""
    return _parse(text).count(variable)


def nearest(name: str, known: list[str]) -> str | None:
    """Return the known name that ``name`` was probably meant to be."""
    close = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return close[0] if close else None


def _put(value: str, escape: Callable[[str], str] | None) -> str:
    return value if escape is None else escape(value)


def _value(variable: Variable, values: Mapping[str, str]) -> str:
    value = " ".join(str(values.get(variable.name) or "").split())[:MAX_VALUE]
    if value:
        return unicodedata.normalize("NFC", value)
    if variable.default is None:
        raise MissingValue(variable.name)
    return variable.default


@lru_cache(maxsize=128)
def _parse(text: str) -> tuple[str | Variable, ...]:
    if len(text) > MAX_TEXT:
        raise TemplateError("too_long")
    pieces: list[str | Variable] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces.append(_literal(text, end, match.start()))
        pieces.append(_variable(match))
        end = match.end()
    if len(pieces) > 2 * MAX_VARIABLES:
        raise TemplateError("too_many")
    pieces.append(_literal(text, end, len(text)))
    return tuple(piece for piece in pieces if piece != "")


def _literal(text: str, start: int, end: int) -> str:
    # A single brace is an ordinary character; two of them are always meant.
    stray = _BRACES.search(text, start, end)
    if stray is None:
        return unicodedata.normalize("NFC", text[start:end])
    code = "unclosed" if stray.group() == "{{" else "unopened"
    begin = stray.start() if code == "unclosed" else max(start, stray.start() - 20)
    raise TemplateError(code, excerpt=text[begin : begin + 24], position=stray.start())


def _variable(match: re.Match[str]) -> Variable:
    name, bar, default = match.group(1).partition("|")
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise TemplateError("name", excerpt=match.group(), position=match.start())
    return Variable(name, default.strip() if bar else None)
