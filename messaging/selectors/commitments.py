"""What campaigns will still cost: those planned for this month, and those under way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.periods import Period
from messaging.selectors import tallies
from messaging.states import CampaignState

# More than this are not planned in a month; what is beyond is left out.
MOST: Final = 200
_UNDER_WAY: Final = (CampaignState.PREPARING, CampaignState.SENDING)
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A campaign that will cost something, on the day that it starts.

    ``most`` is what was agreed to, EUR, less what it has cost; None: no price is known.
    """

    campaign_id: UUID
    name: str
    day: date
    starts_at: datetime | None
    most: Decimal | None

    @property
    def is_under_way(self) -> bool:
        return self.starts_at is None


def of_month(workspace: Workspace, rest: Period, zone: tzinfo) -> list[Commitment]:
    """Return what is under way, and what starts from today to the end of the month.

    `rest` is both; its days begin and end in `zone`.
    """
    return [*_under_way(workspace, rest.start), *_planned(workspace, rest, zone)]


def by_day(found: Iterable[Commitment]) -> dict[date, Decimal]:
    """Return what they cost at most on each day."""
    sums: dict[date, Decimal] = {}
    for one in found:
        sums[one.day] = sums.get(one.day, ZERO) + (one.most or ZERO)
    return sums


def _planned(workspace: Workspace, rest: Period, zone: tzinfo) -> list[Commitment]:
    until = datetime.combine(rest.end + timedelta(days=1), time(), tzinfo=zone)
    rows = _bulk(workspace).filter(state=CampaignState.SCHEDULED, starts_at__lt=until)
    return [
        Commitment(
            campaign_id=one.pk,
            name=one.name,
            # One that is about to start is late by seconds, and never of yesterday.
            day=max(rest.start, one.starts_at.astimezone(zone).date()),
            starts_at=one.starts_at,
            most=_agreed(one),
        )
        for one in rows.order_by("starts_at")[:MOST]
        if one.starts_at is not None
    ]


def _under_way(workspace: Workspace, today: date) -> list[Commitment]:
    # Sorted here: an order by time would have all campaigns there ever were read.
    rows = _bulk(workspace).filter(state__in=_UNDER_WAY)[:MOST]
    running = sorted(rows, key=lambda one: one.created_at, reverse=True)
    spent = tallies.campaign_totals(one.pk for one in running) if running else {}
    return [
        Commitment(one.pk, one.name, today, None, _left(one, spent[one.pk].cost))
        for one in running
    ]


def _bulk(workspace: Workspace) -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(workspace=workspace, kind=Campaign.Kind.BULK)
    return rows.only("name", "starts_at", "created_at", "cost_agreed", "cost_foreseen")


def _agreed(campaign: Campaign) -> Decimal | None:
    """Return the lower of what a person agreed to and the worst case of then."""
    known = [one for one in (campaign.cost_agreed, campaign.cost_foreseen) if one]
    return min(known, default=None)


def _left(campaign: Campaign, spent: Decimal) -> Decimal | None:
    agreed = _agreed(campaign)
    return None if agreed is None else max(ZERO, agreed - spent)
