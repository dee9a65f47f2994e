"""Wait for something to become so, never for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
# To ask costs a page, or a whole command: the longer it takes, the rarer.
PAUSE_S, LONGEST_PAUSE_S = 0.05, 0.5


def eventually(
    ask: Callable[[], Found],
    is_so: Callable[[Found], bool],
    *,
    timeout_s: float = 60.0,
    what: str = "",
) -> Found:
    """Ask until the answer is as wanted and return it; fail with the last answer."""
    deadline, pause_s = time.monotonic() + timeout_s, PAUSE_S
    while True:
        found = ask()
        if is_so(found):
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what or 'no change'} in {timeout_s} s: {found!r}")
        time.sleep(pause_s)
        pause_s = min(1.5 * pause_s, LONGEST_PAUSE_S)
