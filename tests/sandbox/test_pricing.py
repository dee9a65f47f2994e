from __future__ import annotations

import pytest

from seven_dashboard.sandbox.pricing import COUNTRIES, country_of, network_of
from seven_dashboard.sandbox.recipients import normalize


@pytest.mark.parametrize(
    ("digits", "iso"),
    [
        ("491716992343", "DE"),
        ("12015550123", "US"),
        ("14165550123", "CA"),
        ("12425550123", "BS"),
        ("79161234567", "RU"),
        ("77011234567", "KZ"),
        ("447873077777", "GB"),
        ("38349123456", "XK"),
    ],
)
def test_country_of_a_number(digits: str, iso: str) -> None:
    country = country_of(digits)
    assert country is not None
    assert country.iso == iso


def test_unknown_prefix_has_no_country() -> None:
    assert country_of("99912345678") is None


def test_every_country_has_a_name_and_a_positive_price() -> None:
    flawed = [c.iso for c in COUNTRIES.values() if not c.name or c.price <= 0]
    assert flawed == []


def test_number_keeps_its_network() -> None:
    germany = COUNTRIES["DE"]
    first = network_of("491716992343", germany)
    assert first is network_of("491716992343", germany)
    assert first.mccmnc is not None and first.mccmnc.startswith("262")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+49 (171) 699-23.43", "491716992343"),
        ("0049171 6992343", "491716992343"),
        ("0171/6992343", "491716992343"),
        ("1234567", None),
        ("1" * 16, None),
        ("Anna", None),
        ("٤٩١٧١٦٩٩٢٣٤٣", None),
        ("", None),
    ],
)
def test_numbers_are_normalised(text: str, digits: str | None) -> None:
    assert normalize(text) == digits
