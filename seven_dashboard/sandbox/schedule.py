"""Things that are due later, in buckets, so that many reports cost one timer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

BUCKET_S = 0.05


class Schedule:
    """Calls functions at unix times, at most one bucket late."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, now: Callable[[], float]
    ) -> None:
        self._loop = loop
        self._now = now
        self._buckets: dict[int, list[Callable[[], None]]] = {}

    def at(self, due: float, run: Callable[[], None]) -> None:
        """Call a function at a unix time; the past means in this moment."""
        bucket = math.ceil(max(due, self._now()) / BUCKET_S)
        waiting = self._buckets.get(bucket)
        if waiting is not None:
            waiting.append(run)
            return
        self._buckets[bucket] = [run]
        delay_s = max(0.0, bucket * BUCKET_S - self._now())
        self._loop.call_later(delay_s, self._fire, bucket)

    def _fire(self, bucket: int) -> None:
        for run in self._buckets.pop(bucket, ()):
            run()
