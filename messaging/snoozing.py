"""When a snoozed conversation comes back, by the clock of the person."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MORNING, EVENING = time(9), time(18)
HOUR, TODAY, TOMORROW, MONDAY = "hour", "evening", "tomorrow", "monday"
WORDS: Final[dict[str, Promise]] = {
    HOUR: _("In an hour"),
    TODAY: _("This evening"),
    TOMORROW: _("Tomorrow morning"),
    MONDAY: _("Monday morning"),
}


def until(word: str, now: datetime) -> datetime | None:
    """Return the time that a word stands for, None where it has passed or is unknown.

    ``now`` is in the person's zone, and so is what is returned.
    """
    if word == HOUR:
        # An hour of time, also in the night in which the clocks go back.
        return (now.astimezone(UTC) + timedelta(hours=1)).astimezone(now.tzinfo)
    if word == TODAY:
        evening = _at(now, 0, EVENING)
        return evening if evening - now > timedelta(hours=1) else None
    if word == TOMORROW:
        return _at(now, 1, MORNING)
    if word == MONDAY:
        return _at(now, 7 - now.weekday(), MORNING)
    return None


def choices(now: datetime) -> list[tuple[str, Promise, datetime]]:
    """Return what is offered at a time: word, name, and when that is."""
    found = ((word, name, until(word, now)) for word, name in WORDS.items())
    return [(word, name, at) for word, name, at in found if at is not None]


def _at(now: datetime, days: int, clock: time) -> datetime:
    # Built of day and clock, so that daylight saving does not move it.
    day = now.date() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=now.tzinfo)
