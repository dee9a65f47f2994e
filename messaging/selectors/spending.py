"""What a workspace has spent today, and what is on its way, from the tallies.

A message is on its way from the intent to send it until its price is written; it
counts at the dearest network of its country. What a campaign sent on an earlier day and
was not billed for yet, as RCS before its delivery, counts for the campaign alone, for
two days. The tallies change in the transaction that changes the messages, so one
statement over them is exact at every moment, and reads no more for a million messages
without a price than for ten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection as database

from accounts.models import Connection, Workspace
from accounts.selectors import prices
from messaging.selectors import channel_prices, days

# What was accepted and has no price yet counts for the day and so many after it.
UNBILLED_DAYS = 2
PriceOf = Callable[[str], Decimal]
ZERO = Decimal(0)

# One statement, so that a message is seen either on its way or with its price.
_SQL = """
SELECT 'day', country, sum(cost), 0
FROM messaging_tally WHERE workspace_id = %(workspace)s AND day = %(day)s
GROUP BY country
UNION ALL
SELECT 'campaign', country, sum(cost), 0
FROM messaging_tally WHERE campaign_id = %(campaign)s
GROUP BY country
UNION ALL
SELECT CASE WHEN campaign_id = %(campaign)s THEN 'mine' ELSE 'others' END,
       country, 0, sum(unbilled)
FROM messaging_tally
WHERE workspace_id = %(workspace)s AND state IN ('sending', 'unclear')
GROUP BY 1, country
UNION ALL
SELECT CASE WHEN campaign_id = %(campaign)s THEN 'mine' ELSE 'others' END,
       country, 0, sum(unbilled)
FROM messaging_tally
WHERE workspace_id = %(workspace)s AND day = %(day)s
  AND state NOT IN ('sending', 'unclear')
GROUP BY 1, country
UNION ALL
SELECT 'before', country, 0, sum(unbilled)
FROM messaging_tally
WHERE campaign_id = %(campaign)s AND day <> %(day)s
  AND day >= %(day)s::date - %(unbilled_days)s
  AND state NOT IN ('sending', 'unclear')
GROUP BY country
"""


@dataclass(slots=True)
class Spending:
    """EUR by country: of the day, of the campaign, each with what is on its way."""

    day: dict[str, Decimal] = field(default_factory=dict)
    campaign: dict[str, Decimal] = field(default_factory=dict)
    on_its_way: Decimal = ZERO
    # Parts on their way that nobody knows a price of: the campaign's, and all.
    own_unpriced: int = 0
    all_unpriced: int = 0

    @property
    def of_day(self) -> Decimal:
        return sum(self.day.values(), ZERO)

    @property
    def of_campaign(self) -> Decimal:
        return sum(self.campaign.values(), ZERO)

    def add(self, country: str, amount: Decimal) -> None:
        """Count EUR for the day and for the campaign."""
        self.day[country] = self.day.get(country, ZERO) + amount
        self.campaign[country] = self.campaign.get(country, ZERO) + amount

    def save(self, country: str, amount: Decimal, *, of_campaign: bool) -> None:
        """Take EUR off that were counted too dear."""
        self.day[country] = self.day.get(country, ZERO) - amount
        if of_campaign:
            self.campaign[country] = self.campaign.get(country, ZERO) - amount


def of(
    workspace_id: UUID,
    *,
    day: date,
    campaign_id: UUID | None,
    price_of: PriceOf,
    own_price_of: PriceOf | None = None,
) -> Spending:
    """Return what was spent on a day of the workspace, and by a campaign so far.

    `own_price_of` is for what the campaign itself has on its way.
    """
    found = Spending()
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "day": day,
        "campaign": campaign_id,
        "unbilled_days": UNBILLED_DAYS,
    }
    with database.cursor() as cursor:
        cursor.execute(_SQL, values)
        for kind, country, cost, parts in cursor.fetchall():
            is_own = kind in ("campaign", "mine", "before")
            price = own_price_of if own_price_of and is_own else price_of
            pending = parts * price(country) if parts else ZERO
            if parts and not pending:
                found.all_unpriced += parts
                found.own_unpriced += parts if is_own else 0
            if kind in ("day", "mine", "others"):
                found.day[country] = found.day.get(country, ZERO) + cost + pending
            if is_own:
                known = found.campaign.get(country, ZERO)
                found.campaign[country] = known + cost + pending
            found.on_its_way += pending
    return found


def today(workspace: Workspace) -> Spending:
    """Return what was spent today, in the zone of the workspace."""
    connection = Connection.objects.filter(workspace=workspace).first()
    return of(
        workspace.pk,
        day=days.today(workspace),
        campaign_id=None,
        price_of=worst_prices(connection) if connection else lambda country: ZERO,
    )


@dataclass(frozen=True, slots=True)
class Billed:
    """Prices where there is no list: the dearest part that was billed, by country.

    What nothing was billed for has no price; such a message goes alone (``Bound``).
    """

    known: Mapping[str, Decimal]

    def __call__(self, country: str) -> Decimal:
        return self.known.get(country, ZERO)


def worst_prices(connection: Connection) -> PriceOf:
    """Return the EUR of one part to a country at most; the dearest if it has none."""
    known = prices.by_country(connection)
    if not known:
        return Billed(channel_prices.billed_parts(connection.workspace))
    dearest = max(p.highest for p in known.values())

    def price_of(country: str) -> Decimal:
        found = known.get(country)
        return found.highest if found else dearest

    return price_of
