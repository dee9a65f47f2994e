"""When the messages of a campaign are due, zone by zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from messaging import hours as clock
from messaging import zones
from messaging.hours import Hours, Stretch
from messaging.models import AfterHours, Campaign, HoursKept, StartClock
from messaging.selectors import rules as found_rules

AT_THIS_MOMENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When to start by whose clock, in which hours, and spread over how long.

    ``home`` is the zone of the workspace; it also stands for a number without one.
    """

    home: str
    hours: Hours
    starts_by: str = ""
    day: date | None = None
    at: time | None = None
    spread_s: float = 0.0
    leaves_out: bool = False

    @property
    def is_plain(self) -> bool:
        """Say whether everybody's message is due at the launch."""
        return self.hours.is_any and not self.spread_s and not self.is_by_recipient

    @property
    def is_by_recipient(self) -> bool:
        return self.starts_by == StartClock.RECIPIENT

    @property
    def is_later(self) -> bool:
        return self.starts_by != StartClock.NOW

    def start_in(self, zone: str) -> datetime | None:
        """Return when it starts for recipients of a zone; None: with the launch."""
        if not self.is_later or self.day is None or self.at is None:
            return None
        by = zone if self.is_by_recipient else self.home
        return clock.moment(self.day, self.at, clock.zone_of(by))

    def stretches(self, zone: str, since: datetime) -> list[Stretch]:
        """Return when the messages of a zone go out, not before `since`."""
        start = max(self.start_in(zone) or since, since)
        spread = clock.left_out if self.leaves_out else clock.waiting
        return spread(self.hours, zone, start, self.spread_s)

    def begins_at(self, zones_meant: Iterable[str]) -> datetime | None:
        """Return the earliest start in any of the zones."""
        starts = [self.start_in(zone) for zone in zones_meant or (self.home,)]
        return min((start for start in starts if start is not None), default=None)


def of(campaign: Campaign, *, usual: Hours | None = None) -> Timetable:
    """Return the timetable of a campaign; its own hours before the workspace's.

    `usual` are those of the workspace, where they are known already.
    """
    return Timetable(
        home=campaign.workspace.time_zone,
        hours=hours_of(campaign, usual=usual),
        starts_by=campaign.start_clock,
        day=campaign.start_on,
        at=campaign.start_time,
        spread_s=campaign.spread_minutes * 60.0,
        leaves_out=campaign.after_hours == AfterHours.LEAVE_OUT,
    )


def hours_of(campaign: Campaign, *, usual: Hours | None = None) -> Hours:
    """Return the hours that a campaign keeps; the workspace's as they are now.

    A single message keeps none: a person sends it at this moment, knowing to whom. Of
    one that was held up, as by an outage, nobody knows any more at which hour it goes.
    """
    if campaign.kind == Campaign.Kind.SINGLE:
        is_held_up = timezone.now() - campaign.created_at > AT_THIS_MOMENT
        return found_rules.of(campaign.workspace).hours if is_held_up else Hours()
    if campaign.hours_kept == HoursKept.NONE:
        return Hours()
    if campaign.hours_kept == HoursKept.OWN:
        return Hours(campaign.hours_start, campaign.hours_end, campaign.weekdays)
    return usual or found_rules.of(campaign.workspace).hours


def all_zones(home: str) -> list[str]:
    """Return every zone that a number may have."""
    return sorted({home, *zones.main_zones().values(), *zones.regions().values()})
