"""Calls on their way: a pool of threads that speak to the gateway and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from queue import Empty, SimpleQueue

from django.conf import settings

from messaging.claims import Call
from messaging.outcomes import Kind, Outcome
from messaging.services import calls
from seven_dashboard.gateway.client import SevenClient

# The thread that speaks to the database competes with those that speak to the gateway.
SWITCH_INTERVAL_S = 0.0005
# Calls in flight for each thread. Few statements for many rows are what makes it fast;
# what a thread does not get to in time goes back uncalled.
CALLS_OF_A_THREAD = 8

Landed = tuple[Call, list[Outcome]]


@dataclass(slots=True)
class Flights:
    """What one run of the floor has in flight: `messages` in so many `calls`."""

    client: SevenClient
    # Asked in the thread of a call, just before it is made.
    may_call: Callable[[Call], bool]
    messages: int = 0
    calls: int = 0
    _landed: SimpleQueue[Landed] = field(default_factory=SimpleQueue)

    @property
    def room(self) -> int:
        """Return how many more calls the threads get to in time."""
        return CALLS_OF_A_THREAD * int(settings.SENDING_THREADS) - self.calls

    @property
    def is_crowded(self) -> bool:
        """Say that a claim now would be a small one; few statements do for many."""
        return self.room < 2 * int(settings.SENDING_THREADS)

    def start(self, call: Call) -> None:
        """Have a call made by the next thread that is free."""
        self.messages += len(call.claims)
        self.calls += 1
        _pool(os.getpid()).submit(self._make, call)

    def landed(self, *, wait_s: float | None, most: int) -> list[Landed]:
        """Return answers that are there, waiting for the first one if there is none.

        Without `wait_s` it waits for as long as it takes. `most` counts messages.
        """
        found: list[Landed] = []
        count = 0
        try:
            found.append(self._landed.get(timeout=wait_s))
            count = len(found[0][0].claims)
            while count < most:
                found.append(self._landed.get_nowait())
                count += len(found[-1][0].claims)
        except Empty:
            pass
        self.calls -= len(found)
        self.messages -= count
        return found

    def _make(self, call: Call) -> None:
        """Runs in a thread of the pool and touches no database."""
        if call.is_stale or not self.may_call(call):
            untouched = Outcome(Kind.UNTOUCHED)
            self._landed.put((call, [untouched] * len(call.claims)))
            return
        self._landed.put((call, calls.make(self.client, call)))


@lru_cache(maxsize=1)
def _pool(process_id: int) -> ThreadPoolExecutor:
    # Threads do not survive a fork: each worker process has its own.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    return ThreadPoolExecutor(
        max_workers=int(settings.SENDING_THREADS), thread_name_prefix="gateway"
    )


forget_threads = _pool.cache_clear
