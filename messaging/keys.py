"""The keys of a telephone, what they mean to a campaign, and which one counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

# In the order of a telephone.
KEYS: Final = tuple("1234567890*#")
MOST_DIGITS: Final = 64
MEANING_MAX: Final = 40
# Key and what it means, in the order of `KEYS`.
Meanings = tuple[tuple[str, str], ...]
# Signs that no name of a form's field should have.
_NAMES: Final = {"*": "star", "#": "hash"}


def pressed(told: str) -> str:
    """Return the keys in what an event says, "" when it names none."""
    return "".join(sign for sign in told if sign in KEYS)[:32]


def field_of(key: str) -> str:
    """Return the form field that says what a key means."""
    return f"key_{_NAMES.get(key, key)}"


def ordered(meanings: Iterable[tuple[str, str]]) -> Meanings:
    """Return the meanings that say something, each in one line."""
    found = {key: " ".join(text.split()) for key, text in meanings}
    return tuple((key, found[key]) for key in KEYS if found.get(key))


def read(stored: Any) -> Meanings:
    """Return meanings as they were kept; what is none is left out."""
    if not isinstance(stored, Mapping):
        return ()
    return ordered((str(key), str(text)) for key, text in stored.items())


def answer(digits: str, meanings: Meanings) -> str:
    """Return the key that counts: the last one that means something, or "".

    Who presses 2 by mistake and then 1 has decided for 1; a key without a meaning
    (a # to end with) changes nothing.
    """
    known = {key for key, _text in meanings}
    return next((key for key in reversed(digits) if key in known), "")
