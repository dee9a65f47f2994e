"""The children together: kept alive until told to stop, then all ended."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from .child import Child, Plan

LEASH = Path(__file__).with_name("leash.py")
PAUSE_S = 0.1
LINES_SHOWN = 5
SILENCE_S = 60.0
TEXTS_REMEMBERED = 200


class Family:
    """Starts children, restarts the dead, and leaves none behind."""

    def __init__(
        self,
        *,
        log_of: Callable[[str], Path],
        folder: Path,
        tell: Callable[[str], None],
    ) -> None:
        self.children: dict[str, Child] = {}
        self._log_of = log_of
        self._folder = folder
        self._tell = tell
        self._told_at: dict[str, float] = {}
        self._leash = _start_leash()

    def add(self, plan: Plan) -> Child:
        """Start a child and keep it from now on."""
        child = Child(plan, log=self._log_of(plan.name), folder=self._folder)
        self.children[plan.name] = child
        self._start(child)
        return child

    def tick(self) -> None:
        """Look after everybody once: bury, restart, end who stands still, read logs."""
        self._mind_leash()
        for child in self.children.values():
            if child.process is not None and not child.is_alive:
                self._bury(child)
            elif child.is_due:
                self._start(child)
            elif child.is_silent:
                self._tell(f"{child.plan.name} stands still, ending it")
                child.kill()
            for error in child.log.errors():
                self._tell_once(f"{child.plan.name}: {error}")
            child.log.shorten()

    def stop(self, names: Iterable[str], *, is_hurried: Callable[[], bool]) -> None:
        """Ask these children to finish, kill those that need longer than their grace.

        `is_hurried` is asked all the time: once it says yes, nobody is waited for.
        """
        leaving = [self.children[name] for name in names if name in self.children]
        for child in leaving:
            child.ask_to_stop()
        asked_at = time.monotonic()
        for child in leaving:
            deadline = asked_at + child.plan.grace_s
            while child.is_alive and time.monotonic() < deadline and not is_hurried():
                time.sleep(PAUSE_S)
            child.kill()
            self._note(child, is_alive=False)
            del self.children[child.plan.name]

    def close(self) -> None:
        """Let the leash go; it ends whatever is still noted."""
        with contextlib.suppress(BrokenPipeError):
            self._leash.communicate()

    def _start(self, child: Child) -> None:
        child.start()
        self._note(child, is_alive=True)

    def _bury(self, child: Child) -> None:
        self._note(child, is_alive=False)
        pause_s = child.pause_s
        cause = child.bury()
        self._tell(
            f"{child.plan.name} ended ({cause}), starting it again "
            f"(log: {child.log.path})"
        )
        if pause_s > 1:
            for line in child.log.last_lines(LINES_SHOWN):
                self._tell(f"  {line}")

    def _tell_once(self, text: str) -> None:
        """Say it, but not what was said a short time ago."""
        now = time.monotonic()
        if now - self._told_at.get(text, -SILENCE_S) < SILENCE_S:
            return
        self._told_at[text] = now
        if len(self._told_at) > TEXTS_REMEMBERED:
            del self._told_at[min(self._told_at, key=self._told_at.__getitem__)]
        self._tell(text)

    def _note(self, child: Child, *, is_alive: bool) -> None:
        if child.pid is not None:
            self._write(child.pid if is_alive else -child.pid)

    def _write(self, number: int) -> None:
        assert self._leash.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._leash.stdin.write(f"{number}\n".encode())
            self._leash.stdin.flush()

    def _mind_leash(self) -> None:
        if self._leash.poll() is None:
            return
        self._leash = _start_leash()
        for child in self.children.values():
            self._note(child, is_alive=True)


def _start_leash() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(LEASH)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
