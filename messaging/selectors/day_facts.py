"""Our days beside the gateway's, with what may explain a difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q, Sum

from accounts.models import Connection, Usage, Workspace
from accounts.selectors import usage
from accounts.selectors.clock import GATEWAY_ZONE
from messaging import volumes
from messaging.differences import DayFacts, Reason, reasons
from messaging.models import Campaign, DayTally
from messaging.periods import Period
from messaging.selectors.analytics import Scope, kept
from messaging.selectors.volumes import as_volume, own_days
from messaging.states import CampaignState, MessageState
from messaging.volumes import NONE, Volume

_UNDER_WAY = (CampaignState.PREPARING, CampaignState.SENDING)


@dataclass(frozen=True, slots=True)
class Compared:
    """All days of the period, and the reasons of those that differ.

    The sums are of the days that can be compared.
    """

    days: list[DayFacts]
    reasons: dict[date, list[Reason]]
    here: Volume
    gateway: Volume
    compared: int

    @property
    def messages(self) -> int:
        return self.gateway.messages - self.here.messages

    @property
    def shown(self) -> list[tuple[DayFacts, list[Reason]]]:
        """Return the days on which anything was, newest first."""
        return [
            (one, self.reasons.get(one.day, []))
            for one in reversed(self.days)
            if not one.is_quiet
        ]


def of(about: Scope) -> Compared:
    """Return each day of the period, here and at the gateway."""
    return kept(about, "compared", lambda: _read(about))


def _read(about: Scope) -> Compared:
    days = _days(about.workspace, about.connection, about.chosen.period)
    compared = [one for one in days if one.is_compared]
    return Compared(
        days=days,
        reasons=reasons(days),
        here=volumes.total(one.here for one in compared),
        gateway=volumes.total(one.gateway or NONE for one in compared),
        compared=len(compared),
    )


def _days(
    workspace: Workspace, connection: Connection | None, period: Period
) -> list[DayFacts]:
    ours = own_days(workspace, period)
    unclear = _unclear(workspace, period)
    rows = usage.by_day(connection, period.start, period.end) if connection else []
    theirs = {row.day: row for row in rows}
    zone = _zone_of(workspace)
    changed_at = connection.keys_changed_at if connection else None
    return [
        DayFacts(
            day=day,
            here=ours.get(day, NONE),
            gateway=as_volume(theirs[day]) if day in theirs else None,
            is_sending=day in theirs
            and day in ours
            and _is_sent_since(workspace, theirs[day], zone),
            days_shift=_begins(day, zone) != _begins(day, GATEWAY_ZONE),
            is_before_key=changed_at is not None and _begins(day, zone) < changed_at,
            unclear=unclear.get(day, 0),
        )
        for day in period
    ]


def _is_sent_since(workspace: Workspace, row: Usage, zone: ZoneInfo) -> bool:
    """Whether a message of a day may have been accepted after its figures came.

    Asks campaigns and never their messages: those under way, or until a moment ago.
    """
    following = date.fromordinal(row.day.toordinal() + 1)
    if row.is_final or row.fetched_at >= _begins(following, zone):
        return False
    moment = row.fetched_at
    ended = Campaign.objects.filter(workspace=workspace, finished_at__gte=moment)
    return ended.exists() or _is_under_way(workspace, moment)


def _is_under_way(workspace: Workspace, moment: datetime) -> bool:
    unfinished = Campaign.objects.filter(
        workspace=workspace, state__in=(*_UNDER_WAY, CampaignState.PAUSED)
    )
    going = Q(state__in=_UNDER_WAY) | Q(paused_at__gte=moment)
    return unfinished.filter(going).exists()


def _unclear(workspace: Workspace, period: Period) -> dict[date, int]:
    rows = DayTally.objects.filter(
        workspace=workspace,
        day__range=(period.start, period.end),
        state=MessageState.UNCLEAR,
    )
    return dict(rows.order_by().values_list("day").annotate(Sum("messages")))


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _zone_of(workspace: Workspace) -> ZoneInfo:
    try:
        return ZoneInfo(workspace.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
