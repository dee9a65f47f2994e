"""A message in the letters a to z, so that spellings of one word are one."""

from __future__ import annotations

import re
import unicodedata

from messaging.stop_words.phrases import SIGNATURES

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans(
    {"ł": "l", "ı": "i", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_DROPPED = re.compile(r"['’‘`´]")
_APART = re.compile(r"[\W_]+")
_HELD = re.compile(r"(.)\1+")


def plain(text: str) -> str:
    """Return the words of a text without case, accents, marks and signature.

    Umlauts are written as one letter, as from a keyboard without them; "kuendigen" is
    the same as "kündigen" then.
    """
    whole = _folded(_without_signature(text))
    words = _APART.sub(" ", _DROPPED.sub("", whole)).split()
    if len(words) > 2 and all(len(word) == 1 for word in words):
        # Spaced out: S T O P.
        return "".join(words)
    return " ".join(_short_umlauts(word) for word in words)


def squeezed(words: str) -> str:
    """Return words with every run of one letter as that letter."""
    return _HELD.sub(r"\1", words)


def _folded(text: str) -> str:
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", lower)
    # Marks above letters, and what has no width.
    return "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))


def _short_umlauts(word: str) -> str:
    return _KNOWN_LONG.get(word, word)


def _without_signature(text: str) -> str:
    lines = text.strip().splitlines()
    for n, line in enumerate(lines):
        if n and _folded(line).strip().startswith(SIGNATURES):
            return "\n".join(lines[:n])
    return text


# German words that people write without umlauts in two letters.
_KNOWN_LONG = {
    _folded(word.translate(_UMLAUTS)): _folded(word)
    for word in ("kündigen", "kündige", "löschen", "lösche")
}
