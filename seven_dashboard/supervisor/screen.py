"""What a person at the terminal sees: aligned lines, nothing that blinks."""

from __future__ import annotations

import os
import queue
import select
import threading
import time
from collections.abc import Mapping
from typing import TextIO

LINES_WAITING = 1000
LAST_WORDS_S = 1.0
WIDTH = 19
RULE = "-" * 64


class Screen:
    """Writes steps, news and the closing block; never waits for its terminal.

    A terminal that stands still (Ctrl-S) or is gone must not keep the house from
    being looked after, so a thread of its own does the writing.
    """

    def __init__(self, out: TextIO) -> None:
        self._lines: queue.Queue[str] = queue.Queue(LINES_WAITING)
        self._descriptor = out.fileno()
        self._is_terminal = out.isatty()
        threading.Thread(target=self._write, daemon=True).start()

    @property
    def is_lost(self) -> bool:
        """Say whether there was a terminal and it has been closed."""
        if not self._is_terminal:
            return False
        watched = select.poll()
        watched.register(self._descriptor, select.POLLHUP)
        return any(events & select.POLLHUP for _, events in watched.poll(0))

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
        """Write a line; dropped when too many wait for the terminal."""
        if not self._lines.full():
            self._lines.put(text)

    def close(self) -> None:
        """Give the last lines a moment to appear."""
        deadline = time.monotonic() + LAST_WORDS_S
        while self._lines.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def _write(self) -> None:
        while True:
            text = self._lines.get()
            try:
                # Past the buffer, whose lock a standing terminal would hold for ever.
                os.write(self._descriptor, f"{text}\n".encode())
            except OSError:
                # The terminal was closed; the house is still stopped in order.
                pass
            finally:
                self._lines.task_done()
