"""The words that end messages in a workspace, and those that bring them back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404

from accounts.models import Workspace
from messaging import stop_words
from messaging.models import StopRules, StopWord
from messaging.stop_words import LANGUAGES, Lexicon, Meaning

Kind = StopWord.Kind


@dataclass(frozen=True, slots=True)
class Word:
    """A usual word: whether it counts, and whether that can be changed."""

    phrase: str
    is_on: bool
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """The usual words of a language."""

    code: str
    is_on: bool
    stop: list[Word]
    start: list[Word]


def of(workspace: Workspace) -> StopRules:
    """Return the rules of a workspace; unsaved defaults where it has none."""
    found = StopRules.objects.filter(workspace=workspace).first()
    return found or StopRules(workspace=workspace)


def own_words(workspace: Workspace) -> list[StopWord]:
    """Return what a workspace has added, by kind and word."""
    mine = StopWord.objects.filter(workspace=workspace).exclude(kind=Kind.OFF)
    return list(mine.order_by("-kind", "phrase"))


def word(workspace: Workspace, word_id: int) -> StopWord:
    """Return an own word, or raise Http404."""
    found = StopWord.objects.filter(workspace=workspace, pk=word_id).first()
    if found is None:
        raise Http404
    return found


def lexicon(workspace: Workspace) -> Lexicon:
    """Return what counts for a workspace now."""
    rows = StopWord.objects.filter(workspace=workspace).values_list("kind", "phrase")
    words: dict[str, set[str]] = {kind: set() for kind in Kind.values}
    for kind, phrase in rows:
        words[kind].add(phrase)
    return _lexicon(
        tuple(of(workspace).languages),
        frozenset(words[Kind.STOP]),
        frozenset(words[Kind.START]),
        frozenset(words[Kind.OFF]),
    )


def by_language(workspace: Workspace) -> list[LanguageWords]:
    """Return every usual word of every language, and whether it counts."""
    chosen = set(of(workspace).languages)
    mine = StopWord.objects.filter(workspace=workspace, kind=Kind.OFF)
    off = set(mine.values_list("plain", flat=True))
    return [
        LanguageWords(
            code,
            code in chosen,
            _words(Meaning.STOP, code, off),
            _words(Meaning.START, code, off),
        )
        for code in LANGUAGES
    ]


def _words(kind: Meaning, code: str, off: set[str]) -> list[Word]:
    return [
        Word(phrase, stop_words.plain(phrase) not in off)
        for phrase in stop_words.defaults(kind, code)
    ]


@lru_cache(maxsize=256)
def _lexicon(
    languages: tuple[str, ...],
    stop: frozenset[str],
    start: frozenset[str],
    off: frozenset[str],
) -> Lexicon:
    return Lexicon.of(languages, stop=stop, start=start, off=off)
