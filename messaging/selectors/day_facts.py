"""Our days beside the gateway's, with what may explain a difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Sum

from accounts.models import Connection, Usage, Workspace
from accounts.selectors import usage
from accounts.selectors.clock import GATEWAY_ZONE
from messaging import hours, volumes
from messaging.differences import DayFacts, Reason, reasons
from messaging.models import DayTally
from messaging.periods import Period
from messaging.selectors.analytics import Scope
from messaging.selectors.gateway_volumes import as_volume
from messaging.selectors.sent_since import sent_since
from messaging.selectors.volumes import by_day
from messaging.states import MessageState
from messaging.volumes import NONE, Volume


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
    ours = by_day(workspace, period)
    unclear = _unclear(workspace, period)
    rows = usage.by_day(connection, period.start, period.end) if connection else []
    theirs = {row.day: row for row in rows}
    zone = hours.zone_of(workspace.time_zone)
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
    """Whether a message of a day may have been accepted after its figures came."""
    following = date.fromordinal(row.day.toordinal() + 1)
    if row.is_final or row.fetched_at >= _begins(following, zone):
        return False
    return sent_since(workspace, row.fetched_at)


def _unclear(workspace: Workspace, period: Period) -> dict[date, int]:
    rows = DayTally.objects.filter(
        workspace=workspace,
        day__range=(period.start, period.end),
        state=MessageState.UNCLEAR,
    )
    return dict(rows.order_by().values_list("day").annotate(Sum("messages")))


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
