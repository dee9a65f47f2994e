from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts import phone

GERMAN_MOBILE = "+491711234567"
SPELLINGS = [
    "01711234567",
    "0171 1234567",
    "0171/1234567",
    "0171-123 45 67",
    "0171.123.45.67",
    "(0171) 1234567",
    "+491711234567",
    "+49 171 1234567",
    "+49 (0)171 1234567",
    "+49 (0) 171 / 123 45 67",
    "+49(0)1711234567",
    "00491711234567",
    "0049 171 1234567",
    "0049 (0)171 1234567",
    "491711234567",
    "49 171 1234567",
    "1711234567",
    "171 1234567",
    " 0171 1234567 ",
    "0171\N{NO-BREAK SPACE}1234567",
    "'01711234567",
    '="01711234567"',
    "491711234567.0",
    "491711234567,0",
    "4.91711234567E+11",
    "4,91711234567E+11",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_german_mobile_number_is_read_in_every_spelling(spelling: str) -> None:
    assert phone.parse(spelling, country="DE") == (GERMAN_MOBILE, "DE")


@pytest.mark.parametrize(
    ("country", "spelling", "e164"),
    [
        ("AT", "0664 1234567", "+436641234567"),
        ("AT", "+43 (0)664 1234567", "+436641234567"),
        ("CH", "079 123 45 67", "+41791234567"),
        ("CH", "0041 79 123 45 67", "+41791234567"),
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("FR", "33612345678", "+33612345678"),
        ("GB", "07400 123456", "+447400123456"),
        ("GB", "+44 (0)7400 123456", "+447400123456"),
        ("US", "(415) 555-2671", "+14155552671"),
        ("US", "1-415-555-2671", "+14155552671"),
        ("US", "0049 171 1234567", "+491711234567"),
        ("IT", "312 345 6789", "+393123456789"),
        ("IT", "06 1234567", "+39061234567"),
        ("ES", "612 34 56 78", "+34612345678"),
        ("PL", "512 345 678", "+48512345678"),
        ("NL", "06 12345678", "+31612345678"),
        ("TR", "0501 234 56 78", "+905012345678"),
        ("DE", "030 1234567", "+49301234567"),
        ("DE", "4930123456", "+4930123456"),
    ],
)
def test_national_numbers_are_read_by_their_country(
    country: str, spelling: str, e164: str
) -> None:
    number = phone.parse(spelling, country=country)
    assert number is not None
    assert number.e164 == e164


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "12",
        "Anna",
        "0171-CALLME",
        "+49",
        "0171 123",
        "4.9171E+11",
        "+999 123456789",
    ],
)
def test_what_is_no_number_is_none(spelling: str) -> None:
    assert phone.parse(spelling, country="DE") is None


@pytest.mark.parametrize(
    "spelling",
    ["+52 1 55 1234 5678", "+525512345678", "00525512345678"],
)
def test_mexican_number_has_one_form(spelling: str) -> None:
    assert phone.parse(spelling, country="DE") == ("+525512345678", "MX")


def test_number_with_country_code_keeps_its_country() -> None:
    number = phone.parse("+41 79 123 45 67", country="DE")
    assert number == ("+41791234567", "CH")


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "FR", "GB", "US", "IT", "RU"])
@settings(max_examples=150)
@given(raw=st.from_regex(r"\+?[0-9][0-9 ]{5,16}", fullmatch=True))
def test_quick_way_says_yes_only_where_the_library_does(raw: str, country: str) -> None:
    quick = phone._parse_plain(raw, country)
    if quick is None:
        return
    number = phonenumbers.parse(quick.e164)
    if raw.startswith("+"):
        assert phonenumbers.parse(raw) == number
    assert phonenumbers.is_valid_number(number)
    assert phonenumbers.region_code_for_number(number) == quick.country
    assert phone._parse_thoroughly(quick.e164, "") == quick


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0171 55", "+4917155"),
        ("+49 (0)171 55", "+4917155"),
        ("0049 171", "+49171"),
        ("171 55", "17155"),
        ("171-55", "17155"),
        ("Anna", ""),
        ("12", ""),
        ("Anna 0171", ""),
    ],
)
def test_search_finds_any_spelling(text: str, digits: str) -> None:
    assert phone.search_digits(text, country="DE") == digits


@pytest.mark.parametrize(
    ("raw", "is_shortened"),
    [
        ("4.9171E+11", True),
        ("4,9E+11", True),
        ("4.91711234567E+11", False),
        ("1", False),
    ],
)
def test_lost_digits_are_noticed(raw: str, is_shortened: bool) -> None:
    assert phone.is_shortened(raw) is is_shortened
