"""What a person at the terminal sees: aligned lines, nothing that blinks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TextIO

WIDTH = 19
RULE = "-" * 64


class Screen:
    """Writes steps, news and the closing block; survives a terminal that is gone."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def step(self, name: str, text: str) -> None:
        """Write one finished step of the start."""
        self.line(f"  {name:<{WIDTH}} {text}")

    def news(self, text: str) -> None:
        """Write something that happened while the house runs."""
        self.line(f"{time.strftime('%H:%M:%S')}  {text}")

    def block(self, entries: Mapping[str, str]) -> None:
        """Write named lines between two rules."""
        self.line(RULE)
        for name, text in entries.items():
            self.step(name, text)
        self.line(RULE)

    def line(self, text: str = "") -> None:
        try:
            self._out.write(text + "\n")
            self._out.flush()
        except (OSError, ValueError):
            # The terminal was closed; the children must still be stopped in order.
            return
