from __future__ import annotations

import pytest

from contacts import phone


@pytest.mark.parametrize(
    "raw",
    [
        "\u202a+49 151 20000005\u202c",
        "\u200e0151 20000005",
        "+49\u2009151\u20092000\u20110005",
        "0151\u202f2000\u20130005",
    ],
    ids=["direction", "left-to-right", "thin-and-hyphen", "narrow-and-dash"],
)
def test_number_copied_from_a_telephone_book_is_understood(raw: str) -> None:
    assert phone.parse(raw, country="DE") == ("+4915120000005", "DE")
