"""Ring for the report desk without making the gateway wait.

A thread of its own speaks to the broker, at most twice a second: a broker that is away
costs the answer nothing, and the periodic sweep finds the events anyway. While events
keep coming, the desk looks again by itself (`tasks.incoming.apply_events`).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import lru_cache

logger = logging.getLogger(__name__)

EVERY_S = 0.5


class Bell:
    """Calls `strike` soon after `ring`, once for any number of rings in between."""

    def __init__(self, strike: Callable[[], object]) -> None:
        self._strike = strike
        self._rung = threading.Event()
        thread = threading.Thread(target=self._listen, daemon=True, name="bell")
        thread.start()

    def ring(self) -> None:
        self._rung.set()

    def _listen(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            try:
                self._strike()
            except Exception as error:
                logger.warning("no broker", extra={"reason": type(error).__name__})
            time.sleep(EVERY_S)


def ring(strike: Callable[[], object]) -> None:
    """Have `strike` called by this process's bell."""
    _bell(os.getpid(), strike).ring()


@lru_cache(maxsize=4)
def _bell(process_id: int, strike: Callable[[], object]) -> Bell:
    # Threads do not survive a fork.
    return Bell(strike)
