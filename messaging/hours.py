"""Hours in which it may be sent, by the clock of a zone. Pure.

A window opens on a chosen weekday and may go past midnight. Around a change of the
clock nothing is sent while the clock shows a time outside the window: an hour that
exists twice opens with its second and closes with its first. A time that the clock
skips counts as the moment of the change. All moments are UTC, so that lengths are
seconds that pass and not differences of clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Days of a week as bits, Monday first.
EVERY_DAY: Final = 0b111_1111
DAY: Final = timedelta(days=1)
# A week later every weekday has been; one more for a window that a change swallows.
_DAYS_AHEAD: Final = 16
ONWARD: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``start`` to ``end`` on ``weekdays`` (bits, Monday first); None: all day."""

    start: time | None = None
    end: time | None = None
    weekdays: int = EVERY_DAY

    @property
    def is_any(self) -> bool:
        return self.start is None and self.weekdays == EVERY_DAY


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which it may be sent: open from, up to, in UTC."""

    opens: datetime
    closes: datetime


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(day: date, at: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return the moment at which a clock shows a time, in UTC.

    Of a time that exists twice the first, or the `last`. For one that does not exist,
    the moment at which the clock skips it.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    first = local.replace(fold=0).astimezone(UTC)
    second = local.replace(fold=1).astimezone(UTC)
    if exists(day, at, zone):
        return second if last else first
    return _change_between(second, first, zone)


def exists(day: date, at: time, zone: ZoneInfo) -> bool:
    """Say whether the clock of a zone ever shows this time."""
    local = datetime.combine(day, at, tzinfo=zone)
    back = local.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def is_twice(day: date, at: time, zone: ZoneInfo) -> bool:
    """Say whether the clock of a zone shows this time twice."""
    local = datetime.combine(day, at, tzinfo=zone)
    second = local.replace(fold=1)
    return exists(day, at, zone) and local.utcoffset() != second.utcoffset()


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the offset of a zone changes, by halving."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return (after + timedelta(milliseconds=500)).replace(microsecond=0)


def windows(hours: Hours, zone_name: str, since: datetime) -> Iterator[Window]:
    """Yield the windows that close after `since`, in order."""
    if hours.is_any:
        yield Window(since, ONWARD)
        return
    zone = zone_of(zone_name)
    # A window that went past midnight began on the day before.
    first = since.astimezone(zone).date() - DAY
    for ahead in range(_DAYS_AHEAD):
        window = _window_of(hours, first + ahead * DAY, zone)
        if window is not None and window.closes > since:
            yield window


def _window_of(hours: Hours, day: date, zone: ZoneInfo) -> Window | None:
    if not hours.weekdays >> day.weekday() & 1:
        return None
    if hours.start is None or hours.end is None:
        return Window(moment(day, time(0), zone), moment(day + DAY, time(0), zone))
    last = day if hours.start < hours.end else day + DAY
    opens = moment(day, hours.start, zone, last=True)
    closes = moment(last, hours.end, zone)
    if opens >= closes:
        # It lies within an hour that exists twice: the first time counts.
        opens = moment(day, hours.start, zone)
    return Window(opens, closes) if opens < closes else None


def current_or_next(hours: Hours, zone_name: str, now: datetime) -> Window:
    """Return the window that is open, or the next one to open."""
    return next(windows(hours, zone_name, now))


def is_open(hours: Hours, zone_name: str, now: datetime) -> bool:
    """Say whether it may be sent now, by the clock of a zone."""
    return hours.is_any or current_or_next(hours, zone_name, now).opens <= now


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a spread: what lies ``since`` to ``until`` seconds in goes out from
    ``opens`` on; ``is_allowed`` False: it falls outside the hours.
    """

    since: float
    until: float
    opens: datetime
    is_allowed: bool = True


def waiting(
    hours: Hours, zone_name: str, start: datetime, length_s: float
) -> list[Stretch]:
    """Return a spread of `length_s` from `start` on that only counts allowed time.

    The last stretch has no end: a spread longer than the windows that we look ahead
    goes with the last of them.
    """
    found: list[Stretch] = []
    done = 0.0
    for window in windows(hours, zone_name, start):
        opens = max(window.opens, start)
        room = (window.closes - opens).total_seconds()
        found.append(Stretch(done, done + room, opens))
        done += room
        if done > length_s:
            break
    last = found[-1]
    found[-1] = Stretch(last.since, float("inf"), last.opens)
    return found


def left_out(
    hours: Hours, zone_name: str, start: datetime, length_s: float
) -> list[Stretch]:
    """Return the same where what misses the hours is not sent at all."""
    found: list[Stretch] = []
    done = 0.0
    end = start + timedelta(seconds=length_s)
    for window in takewhile(lambda w: w.opens <= end, windows(hours, zone_name, start)):
        since = max(0.0, (window.opens - start).total_seconds())
        if since > done:
            found.append(_gap(done, since, start))
        until = (min(window.closes, ONWARD) - start).total_seconds()
        found.append(Stretch(since, until, start + timedelta(seconds=since)))
        done = until
    if done <= length_s:
        found.append(_gap(done, float("inf"), start))
    return found


def _gap(since: float, until: float, start: datetime) -> Stretch:
    opens = start + timedelta(seconds=since)
    return Stretch(since, until, opens, is_allowed=False)


def by_day(
    stretches: Iterable[Stretch], length_s: float, zone: tzinfo, *, since: datetime
) -> dict[date, float]:
    """Return how much of a spread of `length_s` goes out on each day, 1 for all of it.

    What lies before `since` is left out, as is what misses the hours.
    """
    shares: dict[date, float] = {}
    for stretch in stretches:
        left = min(stretch.until, length_s) - stretch.since
        if not stretch.is_allowed or left < 0:
            continue
        at = stretch.opens
        if not length_s:
            return {at.astimezone(zone).date(): 1.0} if at >= since else {}
        while left > 0:
            day = at.astimezone(zone).date()
            ends = datetime.combine(day + DAY, time(), tzinfo=zone).astimezone(UTC)
            took = min(left, (ends - at).total_seconds())
            counted = took - min(took, max(0.0, (since - at).total_seconds()))
            if counted:
                shares[day] = shares.get(day, 0.0) + counted / length_s
            at, left = ends, left - took
    return shares
