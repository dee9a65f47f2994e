from __future__ import annotations

from datetime import date

import pytest

from seven_dashboard.sandbox.clock import (
    day_of,
    end_of,
    read_day,
    read_delay,
    stamp,
    stamp_ms,
    stamp_offset,
    start_of,
)

SUMMER = 1_692_792_788.802
WINTER = 1_606_301_742.0


def test_stamps_are_berlin_time() -> None:
    assert stamp_ms(SUMMER) == "2023-08-23 14:13:08.802"
    assert stamp(WINTER) == "2020-11-25 11:55:42"
    assert stamp_offset(SUMMER) == "2023-08-23T14:13:08+02:00"


def test_day_of_the_clock_change_has_25_hours() -> None:
    day = date(2026, 10, 25)
    assert end_of(day) - start_of(day) == 25 * 3600
    assert day_of(start_of(day)) == day_of(end_of(day) - 1) == day


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", 1000.0),
        (2000, 2000.0),
        ("2000", 2000.0),
        (500, 1000.0),
        ("now", 1000.0),
        (1_692_792_788_802, SUMMER),
        ("2020-11-25 11:55:42", WINTER),
        ("2020-11-25 11:55", WINTER - 42),
    ],
)
def test_delay_is_read_in_every_spelling(value: object, expected: float) -> None:
    assert read_delay(value, now=1000.0) == expected


@pytest.mark.parametrize("text", ["undefined", "", "2026-13-01", None])
def test_what_is_no_day_is_none(text: object) -> None:
    assert read_day(text) is None
