from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.plain_spellings import TABLE, pieces, replaced, replacement, signs
from messaging.text_parts import BASIC, EXTENSION, measure
from tests.messaging.text.table import PLAIN, text_of

USUAL = "aä „“’–…\u00a0\u200b\u200dŁłżαжВ🎉👍🏽❤\ufe0f\u0301½1\u20e3"


@pytest.mark.parametrize("vector", PLAIN, ids=[v["name"] for v in PLAIN])
def test_replacing_agrees_with_the_shared_table(vector: dict[str, Any]) -> None:
    assert replaced(text_of(vector)) == (vector["plain"] or text_of(vector))


def test_everything_in_the_table_becomes_gsm() -> None:
    assert set("".join(TABLE.values())) <= set(BASIC + EXTENSION)
    assert not set(TABLE) & set(BASIC + EXTENSION)


@given(st.text(USUAL, max_size=100))
def test_replacing_leaves_only_what_nothing_comes_near(text: str) -> None:
    assert all(sign.replacement is None for sign in signs(replaced(text)))


@given(st.text(USUAL, max_size=100))
def test_replacing_again_changes_nothing(text: str) -> None:
    assert replaced(replaced(text)) == replaced(text)


@given(st.text(USUAL, max_size=100))
def test_stretches_are_the_text_and_mark_what_forces_ucs2(text: str) -> None:
    found = list(pieces(text))
    assert "".join(piece for piece, _is_foreign in found) == text
    plain = "".join(piece for piece, is_foreign in found if not is_foreign)
    assert measure(plain).forcing == ()


def test_only_the_chosen_sign_is_replaced() -> None:
    assert replaced("–…", {"…"}) == "–..."


def test_sign_is_counted() -> None:
    assert signs("“a” “b")[0] == ("“", '"', 2)


def test_emoji_has_no_replacement() -> None:
    assert replacement("🎉") is None
