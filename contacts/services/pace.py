"""How many contacts a step of a work takes, so that nobody waits long for it.

A step locks its contacts until it is committed, and a cancel waits for its end. What a
contact costs differs by a factor of ten from act to act, and as much from machine to
machine: so the last step tells the size of the next.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

STEP_S: Final = 0.5
FIRST: Final = 500
LEAST: Final = 100


@dataclass(slots=True)
class Pace:
    """The size of the next step, of ``most`` contacts at most."""

    most: int
    size: int = 0

    def __post_init__(self) -> None:
        self.size = min(FIRST, self.most)

    @contextmanager
    def step(self) -> Iterator[int]:
        """Give the size of a step, and learn from how long it takes, to its commit."""
        began = time.monotonic()
        yield self.size
        self.note(time.monotonic() - began)

    def note(self, took_s: float) -> None:
        """Take in how long a step took; the next is no more than twice as large."""
        wanted = int(self.size * min(2.0, STEP_S / max(took_s, 0.001)))
        self.size = min(self.most, max(wanted, LEAST))
