"""Stop calling a gateway that is down, and try again by itself.

A run of failures on the way to the gateway opens the breaker for a growing time. When
it closes, a free call (the balance) is made before any message is put at stake. No
campaign is paused: people see "sending", and it goes on when the gateway is back. The
state lives in Redis beside the pace; losing it costs one more run of failures.
"""

from __future__ import annotations

import random
from uuid import UUID

from redis.exceptions import RedisError

from messaging import pacing
from messaging.pacing import PacingUnavailable

# Failures in a row, without any answer in between, that open it.
TRIP_AFTER = 5
LONGEST_S = 60.0
# However long the gateway asks us to wait, a campaign is not left standing for longer.
MOST_ASKED_S = 300.0
_FORGET_S = 3600


def trip(connection_id: UUID, *, retry_after_s: float | None = None) -> float:
    """Open the breaker, longer each time; return for how many seconds."""
    try:
        trips = int(pacing.store().incr(_trips(connection_id)))
        pacing.store().expire(_trips(connection_id), _FORGET_S)
        grown = min(LONGEST_S, 2.0**trips)
        asked_s = min(retry_after_s or 0.0, MOST_ASKED_S)
        open_s = max(asked_s, random.uniform(grown / 2, grown))
        pacing.store().set(_open(connection_id), trips, px=round(open_s * 1000))
    except RedisError as error:
        raise PacingUnavailable from error
    return open_s


def slow_down(connection_id: UUID, *, retry_after_s: float) -> None:
    """Wait as long as the gateway asked for, without counting it as an outage."""
    try:
        pacing.store().set(
            _open(connection_id),
            0,
            px=round(min(retry_after_s, MOST_ASKED_S) * 1000) + 1,
        )
    except RedisError as error:
        raise PacingUnavailable from error


def is_open(connection_id: UUID) -> bool:
    """Say whether no message may be put at stake now."""
    try:
        return bool(pacing.store().exists(_open(connection_id)))
    except RedisError as error:
        raise PacingUnavailable from error


def closes_in_s(connection_id: UUID) -> float | None:
    """Return in how many seconds the gateway is tried again, None while it is used."""
    try:
        left_ms = int(pacing.store().pttl(_open(connection_id)))
    except RedisError as error:
        raise PacingUnavailable from error
    return left_ms / 1000 if left_ms >= 0 else None


def needs_probe(connection_id: UUID) -> bool:
    """Say whether nothing went through since the breaker was opened last."""
    try:
        return bool(pacing.store().exists(_trips(connection_id)))
    except RedisError as error:
        raise PacingUnavailable from error


def close(connection_id: UUID) -> None:
    """Forget the failures: something went through."""
    try:
        pacing.store().delete(_trips(connection_id))
    except RedisError as error:
        raise PacingUnavailable from error


def _trips(connection_id: UUID) -> str:
    return f"breaker:{connection_id}"


def _open(connection_id: UUID) -> str:
    return f"breaker-open:{connection_id}"
