"""What the month will cost, and how long the balance lasts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from accounts.models import Connection
from accounts.selectors import balances, usage
from accounts.selectors.clock import GATEWAY_ZONE, gateway_today
from messaging import hours, month_costs
from messaging.month_costs import MonthForecast
from messaging.periods import Period
from messaging.selectors import commitments, days
from messaging.selectors.analytics import Scope, Source, days_of
from messaging.selectors.commitments import Commitment

LOOK_BACK: Final = timedelta(days=95)


@dataclass(frozen=True, slots=True)
class Month:
    """The forecast, None while too little is known, and the campaigns to come in it."""

    forecast: MonthForecast | None
    to_come: list[Commitment]

    @property
    def most(self) -> Decimal:
        """What the campaigns to come cost at most, EUR, as far as prices are known."""
        return sum((one.most or Decimal(0) for one in self.to_come), Decimal(0))

    @property
    def expected(self) -> Decimal:
        """What they will probably cost, those without a price left out."""
        return sum((one.expected or Decimal(0) for one in self.to_come), Decimal(0))


@dataclass(frozen=True, slots=True)
class Money:
    """``balances`` are those at the end of each day of the period, None if unknown.

    ``empty_on`` is the day on which the balance is used up at the present pace.
    """

    month: Month
    balances: list[Decimal | None]
    balance: Decimal | None
    days_left: int | None
    mean_cost: Decimal | None
    empty_on: date | None

    @property
    def is_too_little(self) -> bool:
        """Whether the balance may not last for the campaigns to come."""
        return self.balance is not None and self.balance < self.month.most


def of(about: Scope) -> Money:
    """Return the forecast and the balance, out of polled and tallied rows."""
    connection = about.connection
    mean = usage.mean_daily_cost(connection) if connection else None
    left = usage.lasting(connection.balance, mean) if connection else None
    is_soon = left is not None and left < usage.MOST_DAYS
    return Money(
        month=month_of(about),
        balances=_balances(connection, about.chosen.period) if connection else [],
        balance=connection.balance if connection else None,
        days_left=left,
        mean_cost=mean,
        empty_on=gateway_today() + timedelta(days=left or 0) if is_soon else None,
    )


def month_of(about: Scope) -> Month:
    """Return what this month will have cost by its end."""
    if about.is_stand_in:
        # The month looks further back than the days that ours stand in for.
        about = replace(about, source=Source.ACCOUNT, is_stand_in=False)
    is_theirs = about.is_of_account
    zone = GATEWAY_ZONE if is_theirs else hours.zone_of(about.workspace.time_zone)
    today = gateway_today() if is_theirs else days.today(about.workspace)
    rest = Period(today, month_costs.month_of(today).end)
    to_come = commitments.of_month(about.workspace, rest, zone)
    start = today - LOOK_BACK
    found = days_of(about, Period(start, today))
    known = about.polled_since if is_theirs else min(found, default=None)
    if known is None:
        return Month(None, to_come)
    forecast = month_costs.forecast(
        {day: volume.cost for day, volume in found.items()},
        today,
        known_since=max(known, start),
        to_come=commitments.by_day(to_come),
    )
    return Month(forecast, to_come)


def _balances(connection: Connection, period: Period) -> list[Decimal | None]:
    found = balances.by_day(connection, period.start, period.end)
    return [found.get(day) for day in period]
