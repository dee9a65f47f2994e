"""What a month will have cost by its end, from the days behind it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import add
from typing import Final

from messaging.periods import ONE_DAY, Period

ZERO: Final = Decimal(0)
# Days behind us that the forecast is made of, and how few of them say nothing.
LOOK_BACK_DAYS: Final = 56
FEWEST_DAYS: Final = 7
# From so many days on, each weekday is known for itself.
DAYS_OF_WEEKDAYS: Final = 21
# 8 of 10 sums lie within so many deviations of the expected one.
DEVIATIONS: Final = 1.28


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """EUR: spent so far, expected by the end of the month, and from low to high.

    ``added`` is the part of it that campaigns to come cost beyond what is usual. The
    lines add up day by day, None where a line has no value: ``foreseen`` goes on as
    usual, ``with_campaigns`` has what is added, and is empty when nothing is.
    ``known_days`` are those that it was worked out from.
    """

    month: Period
    spent: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    added: Decimal
    known_days: int
    by_weekday: bool
    so_far: tuple[Decimal | None, ...]
    foreseen: tuple[Decimal | None, ...]
    with_campaigns: tuple[Decimal | None, ...]
    before: tuple[Decimal | None, ...]
    month_before: Decimal


def forecast(
    costs: Mapping[date, Decimal],
    today: date,
    *,
    known_since: date,
    to_come: Mapping[date, Decimal] | None = None,
) -> MonthForecast | None:
    """Return the forecast of the month of today, None while too few days are known.

    `costs` are EUR a day; a day after `known_since` that is missing cost nothing.
    `to_come` are EUR that campaigns will cost on days from today on. The usual cost of
    a day is that of campaigns too, so they add only what is above it.
    """
    first = max(known_since, today - LOOK_BACK_DAYS * ONE_DAY)
    days = list(Period(first, today - ONE_DAY)) if first < today else []
    if len(days) < FEWEST_DAYS:
        return None
    month = month_of(today)
    usual = _Usual([(day, costs.get(day, ZERO)) for day in days])
    so_far = _added_up(costs, Period(month.start, today))
    spent = so_far[-1]
    rest = _rest(usual, costs, today, month.end)
    more = _more(rest, to_come or {}, Period(today, month.end))
    added = sum(more, ZERO)
    going_on = spent + sum(rest, ZERO)
    margin = Decimal(DEVIATIONS * usual.deviation * math.sqrt(len(rest)))
    earlier = month_of(month.start - ONE_DAY)
    before = _added_up(costs, earlier)
    return MonthForecast(
        month=month,
        spent=spent,
        expected=going_on + added,
        low=max(spent, going_on - margin) + added,
        high=going_on + margin + added,
        added=added,
        known_days=len(days),
        by_weekday=usual.by_weekday,
        so_far=_padded(so_far, month.days),
        foreseen=_line(spent, rest, month.days),
        with_campaigns=_line(spent, list(map(add, rest, more)), month.days)
        if added
        else (),
        before=_padded(before, month.days),
        month_before=before[-1],
    )


def month_of(day: date) -> Period:
    """Return the whole month of a day."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(day.replace(day=1), following - ONE_DAY)


class _Usual:
    """What a day usually costs, and how far days lie from that."""

    def __init__(self, days: Sequence[tuple[date, Decimal]]) -> None:
        self.by_weekday = len(days) >= DAYS_OF_WEEKDAYS
        sums: dict[int, list[Decimal]] = {}
        for day, cost in days:
            sums.setdefault(self._kind(day), []).append(cost)
        self._means = {kind: sum(some, ZERO) / len(some) for kind, some in sums.items()}
        squares = [float(cost - self.of(day)) ** 2 for day, cost in days]
        self.deviation = math.sqrt(sum(squares) / len(squares))

    def of(self, day: date) -> Decimal:
        return self._means[self._kind(day)]

    def _kind(self, day: date) -> int:
        return day.weekday() if self.by_weekday else 0


def _rest(
    usual: _Usual, costs: Mapping[date, Decimal], today: date, end: date
) -> list[Decimal]:
    """Return what is still to come: today first, which has cost something already."""
    of_today = max(ZERO, usual.of(today) - costs.get(today, ZERO))
    later = Period(today + ONE_DAY, end) if today < end else ()
    return [of_today, *(usual.of(day) for day in later)]


def _more(
    rest: Sequence[Decimal], to_come: Mapping[date, Decimal], days: Period
) -> list[Decimal]:
    """Return what campaigns cost on each of the days above what it usually costs."""
    return [
        max(ZERO, to_come.get(day, ZERO) - usual)
        for day, usual in zip(days, rest, strict=True)
    ]


def _added_up(costs: Mapping[date, Decimal], period: Period) -> list[Decimal]:
    found, sum_so_far = [], ZERO
    for day in period:
        sum_so_far += costs.get(day, ZERO)
        found.append(sum_so_far)
    return found


def _line(
    spent: Decimal, rest: Sequence[Decimal], days: int
) -> tuple[Decimal | None, ...]:
    """Return the foreseen line: it begins where the line of what was spent ends."""
    found, reached = [spent], spent + rest[0]
    for cost in rest[1:]:
        reached += cost
        found.append(reached)
    return (*[None] * (days - len(found)), *found)


def _padded(values: Sequence[Decimal], length: int) -> tuple[Decimal | None, ...]:
    return (*values[:length], *[None] * (length - len(values)))
