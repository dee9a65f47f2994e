"""What campaigns will still cost: those planned for this month, and those under way.

Each counts with what it is expected to cost (``Campaign.cost_expected``), on the days
that its timetable spreads it over; what a person agreed to bounds that, and stands in
where nobody foresaw anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Workspace
from messaging import hours as clock
from messaging.hours import Hours
from messaging.models import Campaign
from messaging.periods import Period
from messaging.selectors import rules, tallies, timetables
from messaging.states import CampaignState

# More than this are not planned in a month; what is beyond is left out.
MOST: Final = 200
_UNDER_WAY: Final = (CampaignState.PREPARING, CampaignState.SENDING)
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A campaign that will cost something, EUR, from the day on that it starts.

    ``expected`` is what it will probably cost yet, ``by_day`` when; ``most`` is what
    was agreed to, less what it has cost. None: no price is known.
    """

    campaign_id: UUID
    name: str
    starts_at: datetime | None
    expected: Decimal | None
    most: Decimal | None
    by_day: Mapping[date, Decimal] = field(default_factory=dict)

    @property
    def is_under_way(self) -> bool:
        return self.starts_at is None


def of_month(workspace: Workspace, rest: Period, zone: tzinfo) -> list[Commitment]:
    """Return what is under way, and what starts from today to the end of the month.

    `rest` is both; its days begin and end in `zone`.
    """
    usual = rules.of(workspace).hours
    spread = _Spread(rest.start, zone, usual)
    return [*_under_way(workspace, spread), *_planned(workspace, rest, spread)]


def by_day(found: Iterable[Commitment]) -> dict[date, Decimal]:
    """Return what they will probably cost on each day."""
    sums: dict[date, Decimal] = {}
    for one in found:
        for day, cost in one.by_day.items():
            sums[day] = sums.get(day, ZERO) + cost
    return sums


@dataclass(frozen=True, slots=True)
class _Spread:
    """Spreads costs over days in ``zone``, from ``today`` on."""

    today: date
    zone: tzinfo
    usual: Hours

    def of(
        self, campaign: Campaign, cost: Decimal | None, start: datetime
    ) -> dict[date, Decimal]:
        """Return the cost by day, as its timetable has it in the workspace's zone.

        All of it today where its time is over, as for one that is late.
        """
        if not cost:
            return {}
        table = timetables.of(campaign, usual=self.usual)
        stretches = table.stretches(table.home, start)
        since = max(timezone.now(), start)
        shares = clock.by_day(stretches, table.spread_s, self.zone, since=since)
        whole = sum(shares.values())
        if not whole:
            return {max(self.today, start.astimezone(self.zone).date()): cost}
        costs: dict[date, Decimal] = {}
        for day, share in shares.items():
            # One that is about to start is late by seconds, and never of yesterday.
            due = max(day, self.today)
            costs[due] = costs.get(due, ZERO) + cost * Decimal(share / whole)
        return costs


def _planned(workspace: Workspace, rest: Period, spread: _Spread) -> list[Commitment]:
    until = datetime.combine(rest.end + timedelta(days=1), time(), tzinfo=spread.zone)
    rows = _bulk(workspace).filter(state=CampaignState.SCHEDULED, starts_at__lt=until)
    planned = rows.order_by("starts_at")[:MOST]
    return [_commitment(one, ZERO, spread, one.starts_at) for one in planned]


def _under_way(workspace: Workspace, spread: _Spread) -> list[Commitment]:
    # Sorted here: an order by time would have all campaigns there ever were read.
    rows = _bulk(workspace).filter(state__in=_UNDER_WAY)[:MOST]
    running = sorted(rows, key=lambda one: one.created_at, reverse=True)
    spent = tallies.campaign_totals(one.pk for one in running) if running else {}
    return [_commitment(one, spent[one.pk].cost, spread, None) for one in running]


def _commitment(
    one: Campaign, spent: Decimal, spread: _Spread, starts_at: datetime | None
) -> Commitment:
    expected = _expected(one, spent)
    start = starts_at or one.launched_at or one.created_at
    days = spread.of(one, expected, start)
    return Commitment(one.pk, one.name, starts_at, expected, _left(one, spent), days)


def _bulk(workspace: Workspace) -> QuerySet[Campaign]:
    # Through the workspace, so that each knows it without asking.
    rows = workspace.campaigns.filter(kind=Campaign.Kind.BULK)
    return rows.defer("text", "audience", "numbers", "typed", "before_template")


def _agreed(campaign: Campaign) -> Decimal | None:
    """Return the lower of what a person agreed to and the worst case of then."""
    known = [one for one in (campaign.cost_agreed, campaign.cost_foreseen) if one]
    return min(known, default=None)


def _left(campaign: Campaign, spent: Decimal) -> Decimal | None:
    agreed = _agreed(campaign)
    return None if agreed is None else max(ZERO, agreed - spent)


def _expected(campaign: Campaign, spent: Decimal) -> Decimal | None:
    """Return what it will cost yet: never more than sending stops at."""
    bounds = (campaign.cost_expected, _agreed(campaign))
    known = [bound for bound in bounds if bound is not None]
    return max(ZERO, min(known) - spent) if known else None
