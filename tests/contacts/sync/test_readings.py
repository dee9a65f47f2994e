"""What a value of the gateway's address book is here."""

from __future__ import annotations

import pytest

from contacts.sync_fields import PHONE, Dictionary, reading


@pytest.mark.parametrize(
    ("told", "held"),
    [
        pytest.param("41791234567", "+41791234567", id="abroad"),
        pytest.param("5491123456789", "+5491123456789", id="far-abroad"),
        pytest.param("33 6 12345678", "+33612345678", id="with-blanks"),
        pytest.param("491711234567", "+491711234567", id="at-home"),
        pytest.param("1711234567", "+491711234567", id="no-code-and-no-zero"),
        pytest.param("0171 1234567", "+491711234567", id="of-the-home-plan"),
    ],
)
def test_digits_of_the_gateway_begin_with_a_country_code(told: str, held: str) -> None:
    assert reading(PHONE, told, Dictionary(country="DE")) == held
