"""Calls on their way: a pool of threads that speak to the gateway and nothing else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from queue import Empty, SimpleQueue

from django.conf import settings

from messaging import timing
from messaging.claims import Call
from messaging.outcomes import Kind, Outcome
from messaging.services import calls
from seven_dashboard.gateway.client import SevenClient

# Calls in flight for each thread, at least and at most. Few statements for many rows
# are what makes it fast; what a thread does not get to in time goes back uncalled, so
# that there are fewer where the gateway takes longer.
LEAST_OF_A_THREAD, MOST_OF_A_THREAD = 2, 8
IN_TIME_S = timing.CALL_WINDOW_S * 2 / 3
# The last calls that say how long one takes.
_LAST = 32
# Where many are in flight and few have landed, more do in a moment: to wake up for each
# of them alone takes a good part of what its call does.
MANY, FEW, GATHER_S = 32, 8, 0.02

Landed = tuple[Call, list[Outcome]]


@dataclass(slots=True)
class Flights:
    """What one run of the floor has in flight: `messages` in so many `calls`."""

    client: SevenClient
    # Asked in the thread of a call, just before it is made.
    may_call: Callable[[Call], bool]
    messages: int = 0
    calls: int = 0
    # What a call takes, for the threads of now.
    call_s: float = 0.0
    _landed: SimpleQueue[Landed] = field(default_factory=SimpleQueue)

    @property
    def most(self) -> int:
        """Return how many calls the threads get to in time."""
        in_time = IN_TIME_S / max(self.call_s, IN_TIME_S / MOST_OF_A_THREAD)
        return max(LEAST_OF_A_THREAD, int(in_time)) * int(settings.SENDING_THREADS)

    @property
    def room(self) -> int:
        """Return how many more calls the threads get to in time."""
        return self.most - self.calls

    @property
    def is_crowded(self) -> bool:
        """Say that a claim now would be a small one; few statements do for many."""
        return self.room < self.most // 2

    def start(self, call: Call) -> None:
        """Have a call made by the next thread that is free."""
        self.messages += len(call.claims)
        self.calls += 1
        _desk(os.getpid()).put((self, call))

    def landed(self, *, wait_s: float | None, most: int) -> list[Landed]:
        """Return answers that are there, waiting for the first one if there is none.

        Without `wait_s` it waits for as long as it takes. `most` counts messages.
        """
        found: list[Landed] = []
        count = 0
        try:
            found.append(self._landed.get(timeout=wait_s))
            if self.calls > MANY and self._landed.qsize() < FEW:
                time.sleep(GATHER_S)
            count = len(found[0][0].claims)
            while count < most:
                found.append(self._landed.get_nowait())
                count += len(found[-1][0].claims)
        except Empty:
            pass
        self.calls -= len(found)
        self.messages -= count
        return found

    def make(self, call: Call) -> None:
        """Runs in a thread of the pool and touches no database."""
        if call.is_stale or not self.may_call(call):
            untouched = Outcome(Kind.UNTOUCHED)
            self._landed.put((call, [untouched] * len(call.claims)))
            return
        began = time.monotonic()
        self._landed.put((call, calls.make(self.client, call)))
        # Threads may write over each other here; it is a mean all the same.
        self.call_s += (time.monotonic() - began - self.call_s) / _LAST


_Desk = SimpleQueue["tuple[Flights, Call] | None"]


@lru_cache(maxsize=1)
def _desk(process_id: int) -> _Desk:
    """Return where calls are put for the threads of this process.

    Threads do not survive a fork, so that each process has its own. A queue and a loop
    instead of an executor: nobody waits for a single call, and its bookkeeping cost a
    tenth of the call.
    """
    desk: _Desk = SimpleQueue()
    for number in range(int(settings.SENDING_THREADS)):
        name = f"gateway-{number}"
        threading.Thread(target=_work, args=(desk,), name=name, daemon=True).start()
    return desk


def _work(desk: _Desk) -> None:
    while (task := desk.get()) is not None:
        flights, call = task
        flights.make(call)


def forget_threads() -> None:
    """End the threads once they are done; the next call starts new ones."""
    if _desk.cache_info().currsize:
        desk = _desk(os.getpid())
        for _ in range(len(threading.enumerate())):
            desk.put(None)
    _desk.cache_clear()
