"""What the month will cost, and how long the balance lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from accounts.models import Connection
from accounts.selectors import balances, usage
from accounts.selectors.clock import gateway_today
from messaging import month_costs
from messaging.month_costs import MonthForecast
from messaging.periods import Period
from messaging.selectors import days
from messaging.selectors.analytics import Scope, days_of, kept

LOOK_BACK: Final = timedelta(days=95)


@dataclass(frozen=True, slots=True)
class Money:
    """``balances`` are those at the end of each day of the period, None if unknown.

    ``empty_on`` is the day on which the balance is used up at the present pace.
    """

    forecast: MonthForecast | None
    balances: list[Decimal | None]
    balance: Decimal | None
    days_left: int | None
    mean_cost: Decimal | None
    empty_on: date | None


def of(about: Scope) -> Money:
    """Return the forecast and the balance, out of polled and tallied rows."""
    return kept(about, "money", lambda: _read(about))


def _read(about: Scope) -> Money:
    connection = about.connection
    left = usage.days_left(connection) if connection else None
    is_soon = left is not None and left < usage.MOST_DAYS
    return Money(
        forecast=_forecast(about),
        balances=_balances(connection, about.chosen.period) if connection else [],
        balance=connection.balance if connection else None,
        days_left=left,
        mean_cost=usage.mean_daily_cost(connection) if connection else None,
        empty_on=gateway_today() + timedelta(days=left or 0) if is_soon else None,
    )


def _forecast(about: Scope) -> MonthForecast | None:
    is_theirs = about.is_of_account
    today = gateway_today() if is_theirs else days.today(about.workspace)
    start = today - LOOK_BACK
    found = days_of(about, Period(start, today))
    known = about.polled_since if is_theirs else min(found, default=None)
    if known is None:
        return None
    costs = {day: volume.cost for day, volume in found.items()}
    return month_costs.forecast(costs, today, known_since=max(known, start))


def _balances(connection: Connection, period: Period) -> list[Decimal | None]:
    found = balances.by_day(connection, period.start, period.end)
    return [found.get(day) for day in period]
