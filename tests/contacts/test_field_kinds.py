"""Values of own fields have one form for each kind."""

from __future__ import annotations

import pytest

from contacts.field_kinds import BOOLEAN, CHOICE, DATE, NUMBER, TEXT, normal
from contacts.reading import sheet_process


@pytest.mark.parametrize(
    ("text", "kind", "country", "expected"),
    [
        ("  Gold ", TEXT, "DE", "Gold"),
        ("", NUMBER, "DE", ""),
        ("12", NUMBER, "DE", "12"),
        ("1.234,50", NUMBER, "DE", "1234.5"),
        ("1,234.50", NUMBER, "DE", "1234.5"),
        ("1.234", NUMBER, "DE", "1234"),
        ("1.234", NUMBER, "US", "1.234"),
        ("1,234", NUMBER, "US", "1234"),
        ("1,234", NUMBER, "DE", "1.234"),
        ("12,5", NUMBER, "DE", "12.5"),
        ("12.5", NUMBER, "DE", "12.5"),
        ("1.234.567", NUMBER, "DE", "1234567"),
        ("1 234,5 €", NUMBER, "FR", "1234.5"),
        ("-0", NUMBER, "DE", "0"),
        ("100", NUMBER, "DE", "100"),
        ("17.05.1990", DATE, "DE", "1990-05-17"),
        ("05/17/1990", DATE, "US", "1990-05-17"),
        ("17/05/1990", DATE, "GB", "1990-05-17"),
        ("1990-05-17 00:00:00", DATE, "DE", "1990-05-17"),
        ("Ja", BOOLEAN, "DE", "1"),
        ("no", BOOLEAN, "DE", "0"),
        ("gold", CHOICE, "DE", "Gold"),
    ],
)
def test_value_has_one_form(text: str, kind: str, country: str, expected: str) -> None:
    assert normal(text, kind=kind, country=country, choices=["Gold"]) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("twelve", NUMBER),
        ("1,2,3.4.5", NUMBER),
        ("31.02.2020", DATE),
        ("soon", DATE),
        ("perhaps", BOOLEAN),
        ("Silver", CHOICE),
        ("x" * 501, TEXT),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused(text: str, kind: str) -> None:
    with pytest.raises(ValueError):
        normal(text, kind=kind, country="DE", choices=["Gold"])


@pytest.mark.parametrize("value", [1.234, 12.5, 1234.0, 0.125, 1234.567])
@pytest.mark.parametrize("country", ["DE", "US"])
def test_number_of_a_spreadsheet_means_the_same_everywhere(
    value: float, country: str
) -> None:
    text = sheet_process.text(value)
    assert float(normal(text, kind=NUMBER, country=country)) == value
