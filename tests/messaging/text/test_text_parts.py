from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.text_parts import BASIC, EXTENSION, measure, replaced, replacement

VECTORS = json.loads(
    Path(__file__).with_name("vectors.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_measure_agrees_with_the_shared_table(vector: dict[str, Any]) -> None:
    size = measure("".join(piece * times for piece, times in vector["text"]))
    assert (size.encoding, size.units, size.parts) == (
        vector["encoding"],
        vector["units"],
        vector["parts"],
    )
    assert "".join(size.forcing) == vector["forcing"]


def test_table_has_as_many_characters_as_the_standard() -> None:
    # 128 codes without the escape; ten characters behind the escape.
    assert len(set(BASIC)) == len(BASIC) == 127
    assert len(set(EXTENSION)) == len(EXTENSION) == 10


def test_shared_table_is_large_enough_to_trust() -> None:
    assert len(VECTORS) >= 200


@given(st.text(max_size=400))
def test_parts_hold_all_units(text: str) -> None:
    size = measure(text)
    single, split = (160, 153) if size.encoding == "gsm" else (70, 67)
    assert size.units <= (single if size.parts <= 1 else size.parts * split)


@given(st.text(max_size=100))
def test_replacing_leaves_only_what_nothing_comes_near(text: str) -> None:
    left = measure(replaced(text)).forcing
    assert all(replacement(character) is None for character in left)


@pytest.mark.parametrize(
    ("typed", "gsm"),
    [
        ("“Ja”", '"Ja"'),
        ("geht’s", "geht's"),
        ("9–17 Uhr…", "9-17 Uhr..."),
        ("10\u00a0000", "10 000"),
        ("zero\u200bwidth", "zerowidth"),
        ("garçon Łódź", "garcon Lodz"),
        ("u\u0308ber", "über"),
    ],
)
def test_usual_offenders_have_a_plain_spelling(typed: str, gsm: str) -> None:
    assert replaced(typed) == gsm


def test_only_the_chosen_character_is_replaced() -> None:
    assert replaced("–…", ("…",)) == "–..."


def test_emoji_has_no_replacement() -> None:
    assert replacement("🎉") is None
