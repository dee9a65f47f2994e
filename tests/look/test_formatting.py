from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format

from seven_dashboard import formatting
from seven_dashboard.templatetags import ui

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("96.3"), "96.30 €"),
        (Decimal("1284.5"), "1,284.50 €"),
        (Decimal("0.075"), "0.075 €"),
        (Decimal("0.0075"), "0.0075 €"),
        (Decimal("0.5"), "0.50 €"),
        (Decimal(0), "0.00 €"),
        (Decimal("-3.2"), "−3.20 €"),
        ("12", "12.00 €"),
        (None, ""),
        ("", ""),
        ("NaN", ""),
    ],
    ids=str,
)
def test_money_is_written_with_its_currency(value: str | None, shown: str) -> None:
    assert formatting.money_text(value).replace(NBSP, " ") == shown


def test_money_follows_the_language() -> None:
    with translation.override("de"):
        shown = formatting.money_text(Decimal("1284.5"))
    assert shown == f"1.284,50{NBSP}€"


def test_another_currency_is_named() -> None:
    assert ui.money(Decimal(5), "SEK") == f"5.00{NBSP}SEK"


def test_tiny_negative_is_not_minus_zero() -> None:
    assert formatting.number_text(Decimal("-0.2")) == "0"


def test_negative_half_keeps_its_sign() -> None:
    assert formatting.number_text(Decimal("-0.5")) == "\N{MINUS SIGN}1"


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_every_language_groups_digits_as_django_does(language: str) -> None:
    with translation.override(language):
        usual = number_format(Decimal("1234567.5"), 2, force_grouping=True)
        assert formatting.number_text(Decimal("1234567.5"), decimals=2) == usual


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (Decimal("0.973"), "97.3 %"),
        (Decimal("0.99996"), "99.9 %"),
        (Decimal("0.00001"), "< 0.1 %"),
        (None, ""),
    ],
    ids=str,
)
def test_nearly_all_is_not_shown_as_all(ratio: Decimal | None, shown: str) -> None:
    assert formatting.percent_text(ratio).replace(NBSP, " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("491701234567", ("+49 170 1234567", "DE")),
        ("+43 660 1234567", ("+43 660 1234567", "AT")),
        ("Bakery", ("Bakery", "")),
        ("32665", ("32665", "")),
    ],
)
def test_phone_is_international_with_its_country(
    value: str, shown: tuple[str, str]
) -> None:
    text, country = formatting.phone_parts(value)
    assert (text.replace(NBSP, " "), country) == shown


def test_phone_filter_escapes_what_is_no_number() -> None:
    assert "<script>" not in ui.phone("<script>")


@pytest.mark.parametrize(
    ("gap", "shown"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(hours=-5), "5 hours ago"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(minutes=3), "in 3 minutes"),
        (timedelta(days=-9), "Nov. 14, 2026"),
    ],
    ids=str,
)
def test_time_is_told_from_now(gap: timedelta, shown: str) -> None:
    assert formatting.relative_time(NOW + gap, now=NOW) == shown


def test_exact_time_is_in_the_title() -> None:
    drawn = ui.ago(NOW)
    assert 'datetime="2026-11-23T12:00:00+00:00"' in drawn
    assert 'title="Nov. 23, 2026, noon UTC"' in drawn


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (40, "40 s"),
        (400, "6 min 40 s"),
        (4320, "1 h 12 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_duration_has_two_units_at_most(seconds: int, shown: str) -> None:
    assert formatting.duration_text(seconds).replace(NBSP, " ") == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "AL"),
        ("ada@example.com", "A"),
        ("ada.king@x.org", "AK"),
        ("", ""),
    ],
)
def test_initials_come_from_names_and_addresses(name: str, shown: str) -> None:
    assert ui.initials(name) == shown


def test_iso_day_is_shown_in_the_language() -> None:
    with translation.override("de"):
        assert formatting.day_text("2026-11-23") == "23. November 2026"


def test_other_words_are_no_day() -> None:
    assert formatting.day_text("Schweiz") == "Schweiz"
