"""Days that a person looks at, and the days beside them."""

from __future__ import annotations

from datetime import date

import pytest

from messaging import periods
from messaging.periods import Cut, Period

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("preset", "period", "before"),
    [
        ("7d", ("2026-03-25", "2026-03-31"), ("2026-03-18", "2026-03-24")),
        ("30d", ("2026-03-02", "2026-03-31"), ("2026-01-31", "2026-03-01")),
        ("month", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("last_month", ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        ("year", ("2026-01-01", "2026-03-31"), ("2025-01-01", "2025-03-31")),
        ("12m", ("2025-04-01", "2026-03-31"), ("2024-04-01", "2025-03-31")),
        ("nonsense", ("2026-03-02", "2026-03-31"), ("2026-01-31", "2026-03-01")),
    ],
)
def test_preset_has_days_and_days_before(
    preset: str, period: tuple[str, str], before: tuple[str, str]
) -> None:
    found = periods.of_preset(preset, TODAY)
    assert found.period == Period(*map(date.fromisoformat, period))
    assert found.before == Period(*map(date.fromisoformat, before))


def test_leap_day_has_a_year_before_it() -> None:
    found = periods.of_preset("year", date(2024, 2, 29))
    assert found.before.end == date(2023, 2, 28)


def test_own_days_stand_beside_as_many_days_before() -> None:
    found = periods.of_days(date(2026, 3, 10), date(2026, 3, 12))
    assert found.before == Period(date(2026, 3, 7), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("days", "cut"), [(30, Cut.DAY), (62, Cut.DAY), (90, Cut.WEEK), (365, Cut.MONTH)]
)
def test_long_times_are_cut_into_longer_pieces(days: int, cut: Cut) -> None:
    start = date.fromordinal(TODAY.toordinal() - days + 1)
    assert periods.of_days(start, TODAY).cut == cut


def test_years_are_never_cut_into_days() -> None:
    assert periods.of_days(date(2024, 1, 1), TODAY, Cut.DAY).cut == Cut.MONTH


@pytest.mark.parametrize("cut", Cut)
def test_pieces_cover_every_day_once(cut: Cut) -> None:
    period = Period(date(2025, 12, 11), TODAY)
    days = [day for piece in periods.pieces(period, cut) for day in piece]
    assert days == list(period)


def test_weeks_begin_on_monday() -> None:
    pieces = periods.pieces(Period(date(2026, 3, 1), TODAY), Cut.WEEK)
    assert {piece.start.weekday() for piece in pieces[1:]} == {0}
