from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.text_parts import BASIC, EXTENSION, measure
from seven_dashboard.sandbox import encoding
from tests.messaging.text.table import VECTORS, text_of


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_measure_agrees_with_the_shared_table(vector: dict[str, Any]) -> None:
    size = measure(text_of(vector))
    assert (size.encoding, size.units, size.parts) == (
        vector["encoding"],
        vector["units"],
        vector["parts"],
    )
    assert "".join(size.forcing) == vector["forcing"]


def test_sandbox_charges_by_the_same_table() -> None:
    wrong = [
        vector["name"]
        for vector in VECTORS
        # Nothing is not charged: the gateway refuses it.
        if encoding.measure(text_of(vector))
        != (vector["encoding"], max(vector["parts"], 1))
    ]
    assert wrong == []


@given(st.text("a€[ж😀\n", max_size=500))
def test_sandbox_charges_what_we_count(text: str) -> None:
    size = measure(text)
    assert encoding.measure(text) == (size.encoding, max(size.parts, 1))


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
