"""Which workers there are: each leaves a sign of its own in Redis every few seconds.

The heartbeat of `health` says that tasks of a queue are carried out; this says by whom.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

KEY: Final = "seven-workers"
# Three missed signs and a little: the worker is gone or stands still.
SILENT_AFTER_S: Final = 20.0
# A worker that was not stopped in order is remembered for so long.
REMEMBERED_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker process, by its host name at the broker."""

    name: str
    queues: tuple[str, ...]
    slots: int
    age_s: float

    @property
    def state(self) -> str:
        return "ok" if self.age_s < SILENT_AFTER_S else "missing"


def show(broker: Redis, name: str, queues: Sequence[str], slots: int) -> None:
    """Leave a sign of a worker."""
    sign = {"queues": list(queues), "slots": slots, "at": time.time()}
    broker.hset(KEY, name, json.dumps(sign))


def leave(name: str) -> None:
    """Take a worker off the list when it ends in order."""
    broker = _broker()
    try:
        broker.hdel(KEY, name)
    finally:
        broker.close()


def workers() -> list[Worker]:
    """Return the workers that gave a sign within an hour; none while Redis is away."""
    broker = _broker()
    try:
        signs = cast(dict[bytes, bytes], broker.hgetall(KEY))
        known = [_read(name.decode(), sign) for name, sign in signs.items()]
        old = [worker.name for worker in known if worker.age_s > REMEMBERED_S]
        if old:
            broker.hdel(KEY, *old)
    except RedisError:
        return []
    finally:
        broker.close()
    recent = [worker for worker in known if worker.age_s <= REMEMBERED_S]
    return sorted(recent, key=lambda worker: worker.name)


def _read(name: str, sign: bytes) -> Worker:
    facts = json.loads(sign)
    age_s = max(0.0, time.time() - float(facts["at"]))
    return Worker(name, tuple(facts["queues"]), int(facts["slots"]), age_s)


def _broker() -> Redis:
    return Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1
    )
