"""Our own figures beside the gateway's, so that a difference shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts import countries
from accounts.models import Connection, Usage, Workspace
from accounts.selectors import usage
from messaging.models import Message, Tally
from messaging.selectors import days, tallies
from messaging.selectors.days import Period
from messaging.selectors.progress import Progress, share
from messaging.selectors.tallies import Day
from messaging.states import AT_GATEWAY, MessageState

PERIODS = (7, 30, 90)
DEFAULT_DAYS = 30
CACHE_S = 30
MOST_COUNTRIES = 20


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day: ours and the gateway's; costs are EUR.

    The gateway's are None while they do not cover what was sent on that day.
    """

    day: date
    sent: int
    delivered: int
    failed: int
    cost: Decimal
    gateway_sent: int | None
    gateway_cost: Decimal | None

    @property
    def difference(self) -> int | None:
        """How many messages more the gateway counts than we do."""
        return None if self.gateway_sent is None else self.gateway_sent - self.sent

    @property
    def cost_difference(self) -> Decimal | None:
        return None if self.gateway_cost is None else self.gateway_cost - self.cost

    @property
    def is_quiet(self) -> bool:
        return not (self.sent or self.gateway_sent or self.cost or self.gateway_cost)


@dataclass(frozen=True, slots=True)
class CountryLine:
    """One country of the recipients; ``country`` is its ISO code or empty."""

    country: str
    sent: int
    delivered: int
    cost: Decimal

    @property
    def name(self) -> str:
        """Return the country's name in the language of the person."""
        return countries.name_of(self.country) if self.country else _("Unknown")

    @property
    def delivered_share(self) -> Decimal | None:
        return share(self.delivered, self.sent)


@dataclass(frozen=True, slots=True)
class Analytics:
    period: Period
    by_day: list[Day]
    lines: list[DayLine]
    countries: list[CountryLine]
    totals: Progress
    fetched_at: datetime | None
    is_connected: bool = False

    @property
    def sent(self) -> int:
        return sum(line.sent for line in self.lines)

    @property
    def cost(self) -> Decimal:
        return sum((line.cost for line in self.lines), Decimal(0))

    @property
    def is_covered(self) -> bool:
        """Whether the gateway's figures are as young as ours on every day."""
        return all(line.gateway_sent is not None for line in self.lines if line.sent)

    @property
    def gateway_sent(self) -> int | None:
        """Return the gateway's sum, None when it would be compared wrongly."""
        if not self.is_covered:
            return None
        known = [n for line in self.lines if (n := line.gateway_sent) is not None]
        return sum(known) if known else None

    @property
    def gateway_cost(self) -> Decimal | None:
        if not self.is_covered:
            return None
        known = [c for line in self.lines if (c := line.gateway_cost) is not None]
        return sum(known, Decimal(0)) if known else None


def of(workspace: Workspace, *, days_shown: int) -> Analytics:
    """Return the figures of the last days; half a minute old at most."""
    period = days.last(workspace, days_shown)
    connection = Connection.objects.filter(workspace=workspace).first()
    fetched_at = usage.last_fetched_at(connection) if connection else None
    # A refresh has a new time of fetching, and so is never hidden by the cache.
    seen = fetched_at.timestamp() if fetched_at else 0
    key = f"analytics:{workspace.pk}:{days_shown}:{period.end}:{seen}"
    known: Analytics | None = cache.get(key)
    if known is None:
        known = _read(workspace, connection, period, fetched_at)
        cache.set(key, known, timeout=CACHE_S)
    return known


def _read(
    workspace: Workspace,
    connection: Connection | None,
    period: Period,
    fetched_at: datetime | None,
) -> Analytics:
    by_day = tallies.by_day(workspace, start=period.start, end=period.end)
    theirs = _covering(workspace, by_day, period, connection) if connection else []
    return Analytics(
        period=period,
        by_day=by_day,
        lines=_lines(period, by_day, theirs),
        countries=_countries(workspace, period),
        totals=Progress(
            tallies.of_workspace(workspace, start=period.start, end=period.end)
        ),
        fetched_at=fetched_at,
        is_connected=connection is not None,
    )


def _covering(
    workspace: Workspace, ours: list[Day], period: Period, connection: Connection
) -> list[Usage]:
    """Return the gateway's days, without those fetched before our last message."""
    active = {row.day for row in ours if row.sent}
    return [
        row
        for row in usage.by_day(connection, period.start, period.end)
        if row.is_final
        or row.day not in active
        or not _sent_since(workspace, row.day, row.fetched_at)
    ]


def _sent_since(workspace: Workspace, day: date, moment: datetime) -> bool:
    """Whether a message of a day was accepted after a moment.

    Asks only campaigns of that day that were not over by then.
    """
    tallied = Tally.objects.filter(workspace=workspace, day=day, state__in=AT_GATEWAY)
    open_then = Q(campaign__finished_at=None) | Q(campaign__finished_at__gte=moment)
    campaigns = tallied.filter(open_then).values_list("campaign_id", flat=True)
    return Message.objects.filter(
        campaign__in=list(campaigns.distinct()),
        state__in=AT_GATEWAY,
        sent_on=day,
        accepted_at__gt=moment,
    ).exists()


def _lines(period: Period, ours: list[Day], theirs: list[Usage]) -> list[DayLine]:
    own = {row.day: row for row in ours}
    gateway = {row.day: row for row in theirs}
    none = Day(period.start, 0, 0, 0, 0, Decimal(0))
    lines = []
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        row, seen = own.get(day, none), gateway.get(day)
        lines.append(
            DayLine(
                day=day,
                sent=row.sent,
                delivered=row.delivered,
                failed=row.failed,
                cost=row.cost,
                gateway_sent=seen.sms + seen.rcs + seen.voice if seen else None,
                gateway_cost=seen.cost if seen else None,
            )
        )
    return lines


def _countries(workspace: Workspace, period: Period) -> list[CountryLine]:
    rows = (
        Tally.objects.filter(
            workspace=workspace,
            day__range=(period.start, period.end),
            state__in=AT_GATEWAY,
        )
        .values("country")
        .annotate(
            sent=Sum("messages"),
            delivered=Sum("messages", filter=Q(state=MessageState.DELIVERED)),
            spent=Sum("cost"),
        )
        .order_by("-sent", "country")[:MOST_COUNTRIES]
    )
    return [
        CountryLine(
            country=row["country"],
            sent=row["sent"] or 0,
            delivered=row["delivered"] or 0,
            cost=row["spent"] or Decimal(0),
        )
        for row in rows
        if row["sent"]
    ]
