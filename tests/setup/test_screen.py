from __future__ import annotations

import os
import pty
from pathlib import Path

from seven_dashboard.embedded.leases import wait_until
from seven_dashboard.supervisor.screen import LINES_WAITING, Screen


def test_lines_are_aligned(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        screen = Screen(out)
        screen.step("web", "here")
        screen.step("worker-interactive", "there")
        screen.close()
    first, second = (tmp_path / "out").read_text("utf-8").splitlines()
    assert first.index("here") == second.index("there")


def test_terminal_that_stands_still_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as out:
        screen = Screen(out)
        for _ in range(LINES_WAITING * 3):
            screen.line("x" * 1000)
        os.close(reading)
        screen.close()


def test_closed_terminal_is_noticed() -> None:
    master, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as out:
        screen = Screen(out)
        assert not screen.is_lost
        os.close(master)
        assert wait_until(lambda: screen.is_lost, timeout_s=5)
