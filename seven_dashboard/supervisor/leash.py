"""Ends what a supervisor leaves behind when it is killed.

Runs as its own process and reads ``+PID`` and ``-PID`` lines from its standard input.
The input ends when the supervisor is gone, however it went; then every process group
still noted is ended. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 5.0
PAUSE_S = 0.1


def noted(lines: Iterable[str]) -> set[int]:
    """Return the process groups left over when the lines are at their end."""
    groups: set[int] = set()
    for line in lines:
        with contextlib.suppress(ValueError):
            number = int(line)
            if number > 0:
                groups.add(number)
            else:
                groups.discard(-number)
    return groups


def end(groups: set[int], *, grace_s: float = GRACE_S) -> None:
    """Ask the groups to stop, and kill those that live on after `grace_s`."""
    alive = {group for group in groups if tell(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace_s
    while alive and time.monotonic() < deadline:
        time.sleep(PAUSE_S)
        alive = {group for group in alive if tell(group, 0)}
    for group in alive:
        tell(group, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """Send a signal to a process group; False when none of it is left."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Some systems answer so for a group of which only zombies are left.
        return False
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(noted(sys.stdin))


if __name__ == "__main__":
    main()
