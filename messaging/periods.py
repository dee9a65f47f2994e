"""Stretches of days that a person looks at, cut into days, weeks or months. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ONE_DAY: Final = timedelta(days=1)
# What a chart shows of one day each, and of one week each, before it gets crowded.
MOST_DAYS, MOST_WEEKS_DAYS = 62, 200
# Nothing older is asked for: more is a table of months of one's own.
LONGEST_DAYS: Final = 1100
# Days alone are offered for no more than this.
LONGEST_BY_DAY: Final = 400
DEFAULT: Final = "30d"


class Cut(StrEnum):
    """What one bar of a chart stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from start to end, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.start + n * ONE_DAY for n in range(self.days))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The days looked at, those before them, and how they are cut.

    ``preset`` is "" for days that a person wrote.
    """

    period: Period
    before: Period
    cut: Cut
    preset: str = ""

    @property
    def pieces(self) -> list[Period]:
        return pieces(self.period, self.cut)

    @property
    def pieces_before(self) -> list[Period]:
        """Return as many pieces of the time before, each beside one of these."""
        cut = pieces(self.before, self.cut)
        return cut[: len(self.pieces)]


def of_preset(preset: str, today: date, cut: Cut | None = None) -> Chosen:
    """Return the days of a preset, those of the last 30 days for an unknown one."""
    name = preset if preset in _PRESETS else DEFAULT
    period, before = _PRESETS[name](today)
    return Chosen(period, before, fitting(period, cut), name)


def of_days(start: date, end: date, cut: Cut | None = None) -> Chosen:
    """Return days that a person chose, beside as many days before them."""
    period = Period(start, end)
    return Chosen(period, _just_before(period), fitting(period, cut))


def fitting(period: Period, wanted: Cut | None = None) -> Cut:
    """Return the wanted cut where it can be drawn, else the one that fits."""
    if wanted == Cut.DAY and period.days <= LONGEST_BY_DAY:
        return wanted
    if wanted in (Cut.WEEK, Cut.MONTH):
        return wanted
    if period.days <= MOST_DAYS:
        return Cut.DAY
    return Cut.WEEK if period.days <= MOST_WEEKS_DAYS else Cut.MONTH


def pieces(period: Period, cut: Cut) -> list[Period]:
    """Return the period in pieces; the first and the last may be cut short."""
    found, start = [], period.start
    while start <= period.end:
        end = min(_last_of(start, cut), period.end)
        found.append(Period(start, end))
        start = end + ONE_DAY
    return found


def presets() -> tuple[str, ...]:
    return tuple(_PRESETS)


def _last_of(day: date, cut: Cut) -> date:
    if cut == Cut.DAY:
        return day
    if cut == Cut.WEEK:
        return day + (6 - day.weekday()) * ONE_DAY
    return _last_of_month(day)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY


def _just_before(period: Period) -> Period:
    return Period(period.start - period.days * ONE_DAY, period.start - ONE_DAY)


def _last_days(today: date, days: int) -> tuple[Period, Period]:
    period = Period(today - (days - 1) * ONE_DAY, today)
    return period, _just_before(period)


def _this_month(today: date) -> tuple[Period, Period]:
    """Return the month so far, beside as much of the month before."""
    end = today.replace(day=1) - ONE_DAY
    same = end.replace(day=min(today.day, end.day))
    return Period(today.replace(day=1), today), Period(end.replace(day=1), same)


def _last_month(today: date) -> tuple[Period, Period]:
    end = today.replace(day=1) - ONE_DAY
    earlier = end.replace(day=1) - ONE_DAY
    return Period(end.replace(day=1), end), Period(earlier.replace(day=1), earlier)


def _this_year(today: date) -> tuple[Period, Period]:
    start = today.replace(month=1, day=1)
    return Period(start, today), Period(_year_before(start), _year_before(today))


def _twelve_months(today: date) -> tuple[Period, Period]:
    start = _year_before(today.replace(day=1))
    start = (start.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    period = Period(start, today)
    return period, Period(_year_before(start), _year_before(today))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


_PRESETS: Final = {
    "7d": lambda today: _last_days(today, 7),
    "30d": lambda today: _last_days(today, 30),
    "90d": lambda today: _last_days(today, 90),
    "month": _this_month,
    "last_month": _last_month,
    "12m": _twelve_months,
    "year": _this_year,
}
