"""Time as the gateway spells it: naive stamps are Europe/Berlin (gateway.md 0.7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_DELAY_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
# A JSON number above this cannot be seconds; the JavaScript client sends milliseconds.
_MILLISECONDS_FROM = 100_000_000_000
# No day of a time zone begins within a quarter of an hour.
_QUARTER_S = 900


def stamp(at: float) -> str:
    """Spell a unix time in whole seconds, e.g. ``2023-08-25 11:32:31``."""
    return datetime.fromtimestamp(at, BERLIN).strftime("%Y-%m-%d %H:%M:%S")


def stamp_ms(at: float) -> str:
    """Spell a unix time with milliseconds, e.g. ``2023-08-23 14:13:08.802``."""
    moment = datetime.fromtimestamp(at, BERLIN)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def stamp_us(at: float) -> str:
    """Spell a unix time with microseconds, as delivery reports carry it."""
    return datetime.fromtimestamp(at, BERLIN).strftime("%Y-%m-%d %H:%M:%S.%f")


def stamp_offset(at: float) -> str:
    """Spell a unix time with its offset, as webhook envelopes carry it."""
    return datetime.fromtimestamp(int(at), BERLIN).isoformat()


def day_of(at: float) -> date:
    """Return the Berlin calendar day of a unix time."""
    return _day_of_quarter(int(at // _QUARTER_S))


@lru_cache(maxsize=8192)
def _day_of_quarter(quarter: int) -> date:
    return datetime.fromtimestamp(quarter * _QUARTER_S, BERLIN).date()


def read_day(text: object) -> date | None:
    """Read ``YYYY-MM-DD``; anything else is None.

    The JavaScript client sends the literal word ``undefined`` (gateway.md 3.2).
    """
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None


def start_of(day: date) -> float:
    """Return the unix time at which a Berlin day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp()


def end_of(day: date) -> float:
    """Return the unix time at which the following Berlin day begins."""
    return start_of(day + timedelta(days=1))


def read_delay(value: object, *, now: float) -> float:
    """Return when a message with this ``delay`` leaves; the past means now.

    Takes unix seconds, milliseconds and local date spellings (gateway.md 3.1).
    """
    text = str(value or "").strip()
    if not text:
        return now
    try:
        at = float(text)
    except ValueError:
        return max(now, _read_local(text, default=now))
    if at > _MILLISECONDS_FROM:
        at /= 1000
    return max(now, at)


def _read_local(text: str, *, default: float) -> float:
    for pattern in _DELAY_FORMATS:
        try:
            parsed = datetime.strptime(text, pattern)
        except ValueError:
            continue
        return parsed.replace(tzinfo=BERLIN).timestamp()
    return default
