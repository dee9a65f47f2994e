"""How fast messages leave: a token bucket for each connection, shared by all workers.

The buckets live in Redis, so that the pace holds over any number of processes and
machines. A campaign may have its own, slower bucket; a token is taken from both or from
none. A bucket holds half a second of tokens at most and starts empty, also after a
lull: neither that nor a Redis that lost its memory causes a burst. Without Redis
nothing is sent; `take` raises and callers wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

__all__ = ["Bucket", "Grant", "PacingUnavailable", "give_back", "store", "take"]

# How much of a second's tokens a bucket can hold: what a stalled sender catches up.
BURST_S = 0.5
# Nobody took anything for so long: that was no stall, and there is nothing to catch up.
# One token is there at once all the same, so that a single message need not wait.
LULL_S = 2.0
# Room for more than one token, so that none is lost when it is taken a moment late.
LEAST_ROOM = 1.25
_FORGET_MS = 600_000

_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local granted = tonumber(ARGV[1])
local least = tonumber(ARGV[2])
local wait = 0
local level = {}
for i = 1, #KEYS do
  local rate = tonumber(ARGV[2 * i + 1])
  local room = tonumber(ARGV[2 * i + 2])
  local held = redis.call('HMGET', KEYS[i], 'tokens', 'at')
  local tokens = tonumber(held[1]) or 0
  local at = tonumber(held[2]) or now
  tokens = math.min(room, tokens + math.max(0, now - at) * rate)
  if now - at > __LULL__ then tokens = math.min(tokens, 1) end
  level[i] = tokens
  if tokens < granted then granted = math.floor(tokens) end
  if tokens < least then wait = math.max(wait, (least - tokens) / rate) end
end
if granted < least then granted = 0 end
for i = 1, #KEYS do
  redis.call('HSET', KEYS[i], 'tokens', tostring(level[i] - granted),
             'at', string.format('%.6f', now))
  redis.call('PEXPIRE', KEYS[i], __FORGET__)
end
return {granted, math.ceil(wait * 1000)}
""".replace("__FORGET__", str(_FORGET_MS)).replace("__LULL__", str(LULL_S))

_GIVE_BACK = """
for i = 1, #KEYS do
  local tokens = tonumber(redis.call('HGET', KEYS[i], 'tokens'))
  if tokens then
    local room = tonumber(ARGV[2 * i + 2])
    tokens = math.min(room, tokens + tonumber(ARGV[1]))
    redis.call('HSET', KEYS[i], 'tokens', tostring(tokens))
  end
end
"""


class PacingUnavailable(Exception):
    """Redis does not answer; nothing may be sent until it does."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A name and the messages a second that it lets through."""

    name: str
    rate_per_s: float

    @property
    def room(self) -> float:
        return max(LEAST_ROOM, self.rate_per_s * BURST_S)


@dataclass(frozen=True, slots=True)
class Grant:
    """How many messages may leave now; with none, how long until one may."""

    tokens: int
    wait_s: float


def of_connection(connection_id: UUID, rate_per_s: Decimal) -> Bucket:
    """Return the bucket that all messages of a connection share."""
    return Bucket(f"pace:{connection_id}", float(rate_per_s))


def of_campaign(campaign_id: UUID, rate_per_s: Decimal) -> Bucket:
    """Return the bucket of a campaign with a pace of its own."""
    return Bucket(f"pace:campaign:{campaign_id}", float(rate_per_s))


def take(wanted: int, *buckets: Bucket, least: int = 1) -> Grant:
    """Take up to `wanted` tokens from all buckets at once, or none below `least`.

    Raises PacingUnavailable while Redis is away.
    """
    least = max(1, min(least, wanted, *(int(bucket.room) for bucket in buckets)))
    try:
        granted, wait_ms = _script(_TAKE, wanted, least, buckets)
    except RedisError as error:
        raise PacingUnavailable from error
    return Grant(int(granted), int(wait_ms) / 1000)


def give_back(tokens: int, *buckets: Bucket) -> None:
    """Return tokens that found no message; a Redis that is away loses nothing."""
    if tokens <= 0:
        return
    try:
        _script(_GIVE_BACK, tokens, 0, buckets)
    except RedisError as error:
        raise PacingUnavailable from error


def store() -> Redis:
    """Return the Redis of the pace, with short time limits."""
    return _store(settings.PACING_REDIS_URL)


@lru_cache(maxsize=4)
def _store(url: str) -> Redis:
    client: Redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1)
    return client


def _script(
    script: str, amount: int, least: int, buckets: tuple[Bucket, ...]
) -> list[int]:
    arguments: list[str | float] = [amount, least]
    for bucket in buckets:
        arguments += [bucket.rate_per_s, bucket.room]
    names = [bucket.name for bucket in buckets]
    answer: list[int] = store().eval(script, len(names), *names, *map(str, arguments))
    return answer
