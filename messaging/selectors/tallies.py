"""Read totals from the tallies, which the database keeps equal to the rows.

What is asked for by days comes from the tallies of days, however many campaigns there
were.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from accounts.models import Workspace
from messaging.models import DayTally, Tally
from messaging.states import AT_GATEWAY, UNSETTLED, MessageState


@dataclass(slots=True)
class Totals:
    """Messages by state, and what they cost; cost is EUR, parts are SMS parts."""

    states: dict[str, int] = field(default_factory=dict)
    parts: int = 0
    cost: Decimal = Decimal(0)

    def of(self, *states: str) -> int:
        """Return how many messages are in any of these states."""
        return sum(self.states.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def sent(self) -> int:
        """Messages that the gateway has, whatever became of them."""
        return self.of(*AT_GATEWAY)

    @property
    def unsettled(self) -> int:
        return self.of(*UNSETTLED)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a workspace: what was sent, its fate so far, and its cost in EUR."""

    day: date
    sent: int
    delivered: int
    failed: int
    parts: int
    cost: Decimal


def campaign_totals(campaign_ids: Iterable[UUID]) -> dict[UUID, Totals]:
    """Return the totals of each campaign, zero for one without messages."""
    totals = {campaign_id: Totals() for campaign_id in campaign_ids}
    rows = (
        Tally.objects.filter(campaign_id__in=list(totals))
        .values_list("campaign_id", "state")
        .annotate(Sum("messages"), Sum("parts"), Sum("cost"))
    )
    for campaign_id, state, messages, parts, cost in rows:
        _add(totals[campaign_id], state, messages, parts, cost)
    return totals


def of_campaign(campaign_id: UUID) -> Totals:
    """Return the totals of one campaign."""
    return campaign_totals([campaign_id])[campaign_id]


def of_workspace(workspace: Workspace, *, start: date, end: date) -> Totals:
    """Return the totals of what a workspace sent on these days, both included."""
    rows = DayTally.objects.filter(workspace=workspace, day__range=(start, end))
    totals = Totals()
    sums = rows.values_list("state").annotate(
        Sum("messages"), Sum("parts"), Sum("cost")
    )
    for state, messages, parts, cost in sums:
        _add(totals, state, messages, parts, cost)
    return totals


def by_day(workspace: Workspace, *, start: date, end: date) -> tuple[list[Day], Totals]:
    """Return what was sent on each day with a message, oldest first, and the totals.

    Both days are included. Read once for both, as home shows both.
    """
    rows = (
        DayTally.objects.filter(workspace=workspace, day__range=(start, end))
        .values_list("day", "state")
        .annotate(Sum("messages"), Sum("parts"), Sum("cost"))
        .order_by("day")
    )
    whole, days = Totals(), dict[date, Totals]()
    for day, state, messages, parts, cost in rows:
        _add(whole, state, messages, parts, cost)
        if state in AT_GATEWAY:
            _add(days.setdefault(day, Totals()), state, messages, parts, cost)
    return [_day(day, totals) for day, totals in days.items() if totals.sent], whole


def _day(day: date, totals: Totals) -> Day:
    return Day(
        day=day,
        sent=totals.sent,
        delivered=totals.of(MessageState.DELIVERED),
        failed=totals.of(MessageState.UNDELIVERED, MessageState.EXPIRED),
        parts=totals.parts,
        cost=totals.cost,
    )


def _add(
    totals: Totals, state: str, messages: int, parts: int, cost: Decimal | None
) -> None:
    if messages:
        totals.states[state] = totals.states.get(state, 0) + messages
    totals.parts += parts
    totals.cost += cost or Decimal(0)
