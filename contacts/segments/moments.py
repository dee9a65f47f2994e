"""The moment that "the last 30 days" counts from, in a workspace's zone. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as a workspace's clock shows it.

    Days are whole days of that zone: "within the last 2 days" is today, yesterday and
    the day before, from its midnight on, so an answer changes at midnight only.
    """

    now: dt.datetime
    zone: ZoneInfo

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: dt.date) -> dt.datetime:
        """Return when a day begins."""
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone)

    def days_ago(self, days: int) -> dt.datetime:
        """Return the beginning of the day so many days before today."""
        return self.midnight(self.today - dt.timedelta(days=days))
