"""File locks by which processes share a server and know when nobody needs it.

Every user of a server holds a shared lock on its lease file, its keeper waits for the
exclusive one. The kernel lets go of a lock when its holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .places import run_path

PAUSE_S = 0.02


class Lock:
    """A file lock of this process; closing it lets go of it."""

    def __init__(self, name: str) -> None:
        self._descriptor: int | None = os.open(
            run_path(name), os.O_RDWR | os.O_CREAT, 0o600
        )

    def share(self) -> bool:
        """Take the lock together with others, unless somebody has it alone."""
        return self._take(fcntl.LOCK_SH | fcntl.LOCK_NB)

    def take(self) -> bool:
        """Take the lock alone, unless somebody has it."""
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def wait_alone(self) -> None:
        """Wait, as long as it takes, until nobody else has the lock, and take it."""
        self._take(fcntl.LOCK_EX)

    def close(self) -> None:
        """Let go. A forked copy of this process keeps its own hold."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _take(self, operation: int) -> bool:
        assert self._descriptor is not None
        try:
            fcntl.flock(self._descriptor, operation)
        except BlockingIOError:
            return False
        return True


def is_taken(name: str) -> bool:
    """Say whether some process holds this lock alone."""
    lock = Lock(name)
    try:
        return not lock.share()
    finally:
        lock.close()


def is_used(name: str) -> bool:
    """Say whether some process shares or holds this lock."""
    lock = Lock(name)
    try:
        return not lock.take()
    finally:
        lock.close()


@contextmanager
def alone(name: str, *, timeout_s: float) -> Iterator[bool]:
    """Hold a lock for a block; yields False when it could not be had in time."""
    lock = Lock(name)
    try:
        yield wait_until(lock.take, timeout_s=timeout_s)
    finally:
        lock.close()


def wait_until(is_so: Callable[[], bool], *, timeout_s: float) -> bool:
    """Ask again and again until it is so; False when the time is over."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_S)
    return True
