"""What counts as STOP and START, and what must not."""

from __future__ import annotations

import pytest

from messaging import stop_words
from messaging.stop_words import LANGUAGES, Lexicon, Meaning, phrases

USUAL = Lexicon.of()
EVERY_STOP = [w for words in phrases.STOP.values() for w in words]
EVERY_START = [w for words in phrases.START.values() for w in words]


@pytest.mark.parametrize("word", [*phrases.ALWAYS, *EVERY_STOP])
def test_every_usual_word_ends_messages(word: str) -> None:
    assert USUAL.meaning(f" {word.upper()}! ") == Meaning.STOP


@pytest.mark.parametrize("word", [*phrases.START_ALWAYS, *EVERY_START])
def test_every_usual_word_brings_messages_back(word: str) -> None:
    assert USUAL.meaning(f"{word.capitalize()}.") == Meaning.START


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop. ",
        "„Stop!“",
        '"stop"',
        "\u200bSTOP\n",
        "Stopp 🛑",
        "ＳＴＯＰ",
        "*STOP*",
        "S T O P",
        "s.t.o.p",
        "stooop",
        "STOPPP!!!",
        "stop stop stop",
        "Please STOP",
        "Stop, danke!",
        "ok stop",
        "Stop bitte, vielen Dank",
        "stpo",
        "sotp",
        "dtop",
        "unsubscirbe",
        "Abmleden",
        "Kuendigen",
        "KÜNDIGEN",
        "Arrêtez svp",
        "ARRET",
        "rezygnuje",
        "İPTAL",
        "Stop\n\nSent from my iPhone",
        "STOP\n--\nAnna Berg\nBerlin",
    ],
)
def test_stop_is_heard_as_people_write_it(text: str) -> None:
    assert USUAL.meaning(text) == Meaning.STOP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "don't stop",
        "Dont stop!",
        "please don't stop",
        "bitte nicht stoppen",
        "never stop",
        "non stop",
        "nonstop",
        "stop by later",
        "Can you stop at the bakery?",
        "the end",
        "cancel my order",
        "Top!",
        "shop",
        "step",
        "post",
        "quiet",
        "suit",
        "quiz",
        "Hasta mañana",
        "hasta",
        "naja",
        "algo",
        "pasta",
        "stomp",
        "СТОП",
        "Bestellen",
        "abmelden von der Schule",
        "Ich komme um 12",
        "stop " * 50 + "and go",
    ],
)
def test_an_ordinary_message_is_none(text: str) -> None:
    assert USUAL.meaning(text) == Meaning.NONE


def test_anmelden_is_no_slip_of_abmelden() -> None:
    assert USUAL.meaning("anmelden") == Meaning.START


@pytest.mark.parametrize("text", ["strat", "startt", "anmeldn", "subscrbe"])
def test_no_error_is_forgiven_in_a_start(text: str) -> None:
    assert USUAL.meaning(text) == Meaning.NONE


def test_a_language_that_is_not_chosen_does_not_count() -> None:
    german = Lexicon.of(["de"])
    assert german.meaning("abmelden") == Meaning.STOP
    assert german.meaning("unsubscribe me") == Meaning.NONE


@pytest.mark.parametrize("word", phrases.ALWAYS)
def test_stop_counts_without_any_language_and_whatever_is_off(word: str) -> None:
    assert Lexicon.of([], off=[word]).meaning(word) == Meaning.STOP


def test_own_words_count_and_switched_off_ones_do_not() -> None:
    ours = Lexicon.of(stop=["Kein Brot mehr"], start=["Brot"], off=["end"])
    assert ours.meaning("kein brot mehr!") == Meaning.STOP
    assert ours.meaning("BROT") == Meaning.START
    assert ours.meaning("end") == Meaning.NONE


def test_word_of_both_kinds_ends_messages() -> None:
    assert Lexicon.of(stop=["weiter"], start=["weiter"]).meaning("weiter") == "stop"


def test_every_language_has_words_of_both_kinds() -> None:
    assert set(phrases.STOP) == set(phrases.START) == set(LANGUAGES)


def test_no_filler_is_a_word_that_counts() -> None:
    counting = {stop_words.plain(w) for w in [*EVERY_STOP, *EVERY_START]}
    assert phrases.FILLERS.isdisjoint(counting)
