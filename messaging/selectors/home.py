"""What the home page answers: does anything need me, and how is today?"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count

from accounts.models import Connection, GatewayHook, Workspace
from accounts.selectors import usage
from contacts.models import Contact
from messaging.models import Campaign, InboundMessage, Message
from messaging.periods import Period
from messaging.selectors import campaigns, days, inbound, messages, tallies
from messaging.selectors.campaigns import Line
from messaging.selectors.progress import Progress, share
from messaging.selectors.tallies import Day
from messaging.states import CampaignState

CHART_DAYS = 30
LOW_BALANCE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that waits for a person: ``kind`` chooses the words in the template."""

    kind: str
    campaign: Campaign | None = None
    count: int = 0
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """What a new workspace has done of the main job."""

    is_connected: bool
    has_contacts: bool
    has_sent: bool

    @property
    def is_done(self) -> bool:
        return self.is_connected and self.has_contacts and self.has_sent

    @property
    def current(self) -> int:
        """Return the number of the next step, from 1."""
        steps = (self.is_connected, self.has_contacts, self.has_sent)
        return steps.index(False) + 1 if False in steps else len(steps) + 1


@dataclass(frozen=True, slots=True)
class Home:
    connection: Connection | None
    days_left: int | None
    today: Day
    period: Period
    by_day: list[Day]
    totals: Progress
    running: list[Line]
    attention: list[Attention]
    replies: list[InboundMessage]
    start: Start
    latest: list[Line] = field(default_factory=list)

    @property
    def delivered_share(self) -> Decimal | None:
        return share(self.today.delivered, self.today.sent)

    @property
    def period_cost(self) -> Decimal:
        return sum((day.cost for day in self.by_day), Decimal(0))

    @property
    def period_sent(self) -> int:
        return sum(day.sent for day in self.by_day)


def of(workspace: Workspace) -> Home:
    """Return everything of the home page, in a bounded number of queries."""
    connection: Connection | None = getattr(workspace, "connection", None)
    period = days.last(workspace, CHART_DAYS)
    by_day, totals = tallies.by_day(workspace, start=period.start, end=period.end)
    running = campaigns.running(workspace)
    days_left = usage.days_left(connection) if connection else None
    latest = campaigns.latest(workspace)
    return Home(
        connection=connection,
        days_left=days_left,
        today=_today(by_day, period),
        period=period,
        by_day=by_day,
        totals=Progress(totals),
        running=running,
        attention=_attention(connection, days_left, running),
        replies=inbound.latest(workspace),
        start=Start(
            is_connected=connection is not None,
            has_contacts=bool(latest)
            or Contact.objects.filter(workspace=workspace).exists(),
            has_sent=bool(latest),
        ),
        latest=latest,
    )


def _today(by_day: list[Day], period: Period) -> Day:
    if by_day and by_day[-1].day == period.end:
        return by_day[-1]
    return Day(period.end, 0, 0, 0, 0, Decimal(0))


def _attention(
    connection: Connection | None, days_left: int | None, running: list[Line]
) -> list[Attention]:
    found: list[Attention] = []
    if connection and connection.state == Connection.State.BROKEN:
        found.append(Attention("broken", code=connection.broken_code))
    for line in running:
        if line.campaign.state == CampaignState.PAUSED:
            found.append(Attention("paused", campaign=line.campaign))
    found += _unclear(running)
    if connection and not _has_hook(connection):
        found.append(Attention("no_hook"))
    if days_left is not None and days_left <= LOW_BALANCE_DAYS:
        found.append(Attention("low_balance", count=days_left))
    return found


def _unclear(running: list[Line]) -> list[Attention]:
    """Return campaigns with messages that a person may settle."""
    doubtful: dict[UUID, Campaign] = {
        line.campaign.pk: line.campaign for line in running if line.progress.unclear
    }
    if not doubtful:
        return []
    is_for_person = map(messages.is_for_person, doubtful.values())
    rows = (
        Message.objects.filter(reduce(or_, is_for_person))
        .order_by()
        .values_list("campaign_id")
        .annotate(Count("pk"))
    )
    return [Attention("unclear", doubtful[pk], count) for pk, count in rows]


def _has_hook(connection: Connection) -> bool:
    hooks = GatewayHook.objects.filter(
        connection=connection, is_ours=True, is_enabled=True
    )
    return hooks.exists()
