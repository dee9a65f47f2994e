"""What a message says about wanting messages: STOP, START, or nothing of the kind.

Only a whole message counts, forgiving of case, accents, punctuation, quotes, emoji,
politeness, letters held too long or spaced out, and for STOP one slip of the finger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from messaging.stop_words import phrases
from messaging.stop_words.plain import plain, squeezed
from messaging.stop_words.slips import is_slip

__all__ = ["LANGUAGES", "Lexicon", "Meaning", "defaults", "plain"]

LANGUAGES: Final = tuple(phrases.STOP)
# Nobody says STOP in more words.
MAX_WORDS = 6


class Meaning(StrEnum):
    """What a message says about wanting messages."""

    NONE = ""
    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that count for a workspace, each as ``plain`` writes it."""

    stop: frozenset[str]
    start: frozenset[str]

    @classmethod
    def of(
        cls,
        languages: Collection[str] = LANGUAGES,
        *,
        stop: Iterable[str] = (),
        start: Iterable[str] = (),
        off: Iterable[str] = (),
    ) -> Lexicon:
        """Return the usual words of ``languages`` and a workspace's own ``stop`` and
        ``start``, without those that it has switched ``off``."""
        without = {plain(word) for word in off}
        halts = {plain(w) for w in (*_usual(phrases.STOP, languages), *stop)}
        starts = {plain(w) for w in (*_usual(phrases.START, languages), *start)}
        always = {plain(word) for word in phrases.ALWAYS}
        halts = (halts - without) | always
        begins = (starts - without) | {plain(w) for w in phrases.START_ALWAYS}
        # What is both ends messages.
        return cls(frozenset(halts - {""}), frozenset(begins - halts - {""}))

    def meaning(self, text: str) -> Meaning:
        """Return what a whole message says."""
        said = plain(text)
        for words in (said, _without_fillers(said)):
            if words in self.stop:
                return Meaning.STOP
            if words in self.start:
                return Meaning.START
        words = _without_fillers(said)
        is_stop = words.count(" ") < MAX_WORDS and self._nearly(words)
        return Meaning.STOP if is_stop else Meaning.NONE

    def _nearly(self, said: str) -> bool:
        once = _without_repeats(said)
        held = squeezed(once)
        return any(
            once == known
            or (len(known) > 3 and held == squeezed(known))
            or _is_misspelt(once, known)
            for known in self.stop
        )


def defaults(kind: Meaning, language: str) -> tuple[str, ...]:
    """Return the usual words of a language, as people write them."""
    known = phrases.STOP if kind == Meaning.STOP else phrases.START
    return known.get(language, ())


def always(kind: Meaning) -> tuple[str, ...]:
    """Return the words that nobody can switch off."""
    return phrases.ALWAYS if kind == Meaning.STOP else phrases.START_ALWAYS


def _usual(
    known: dict[str, tuple[str, ...]], languages: Collection[str]
) -> Iterable[str]:
    return (word for code in known if code in languages for word in known[code])


def _without_fillers(said: str) -> str:
    words = said.split()
    while words and words[0] in phrases.FILLERS:
        words.pop(0)
    while words and words[-1] in phrases.FILLERS:
        words.pop()
    return " ".join(words)


def _without_repeats(said: str) -> str:
    """Return "stop" for "stop stop stop"."""
    words = said.split()
    kept = [w for w, before in zip(words, ["", *words], strict=False) if w != before]
    return " ".join(kept)


def _is_misspelt(said: str, known: str) -> bool:
    ours, theirs = known.split(), said.split()
    if len(ours) != len(theirs):
        return False
    wrong = [(b, a) for a, b in zip(ours, theirs, strict=True) if a != b]
    if len(wrong) != 1:
        return False
    ((word, meant),) = wrong
    return word not in phrases.REAL_WORDS and is_slip(word, meant)
