"""One child process: started, watched, started again, stopped with all it started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .leash import tell
from .logs import Log

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
# A child that lived as long as this did not fail at its start.
HEALTHY_AFTER_S = 20.0
# A child that should touch its pulse and has not for so long stands still.
SILENT_AFTER_S = 90.0


@dataclass(frozen=True)
class Plan:
    """What a child runs. `grace_s` is the time to finish its work when stopped.

    A child with a `pulse` touches that file again and again as long as it runs; its
    name is handed over as ``SEVEN_PULSE_FILE``.
    """

    name: str
    command: tuple[str, ...]
    title: str = ""
    grace_s: float = 8.0
    environment: Mapping[str, str] = field(default_factory=dict)
    pulse: Path | None = None

    @property
    def variables(self) -> dict[str, str]:
        """Return what the child finds in its environment beside ours."""
        own = {"SEVEN_PULSE_FILE": str(self.pulse)} if self.pulse else {}
        return {**self.environment, **own}


class Child:
    """A process group led by one process, described by a plan."""

    def __init__(self, plan: Plan, *, log: Path, folder: Path) -> None:
        self.plan = plan
        self.log = Log(log)
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.pause_s = FIRST_PAUSE_S
        self.started_at = 0.0
        self.start_due_at = 0.0
        self.beat: int | None = None
        self.beat_seen_at = 0.0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> int:
        """Start the process as leader of its own group; return its id."""
        descriptor = os.open(
            self.log.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )
        try:
            self.process = subprocess.Popen(
                self.plan.command,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                cwd=self.folder,
                env={**os.environ, **self.plan.variables},
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        self.started_at = self.beat_seen_at = time.monotonic()
        return self.process.pid

    @property
    def is_silent(self) -> bool:
        """Say whether a child that lives has not touched its pulse for too long.

        Counted by our own clock, so that a machine that slept finds nobody silent.
        """
        if self.plan.pulse is None or not self.is_alive:
            return False
        beat = _touched_at(self.plan.pulse)
        if beat != self.beat:
            self.beat, self.beat_seen_at = beat, time.monotonic()
        return time.monotonic() - self.beat_seen_at > SILENT_AFTER_S

    def bury(self) -> str:
        """Clear up after a death and plan the next start; return how it died."""
        assert self.process is not None
        status = self.process.wait()
        # What the dead process had started must not work beside its successor.
        tell(self.process.pid, signal.SIGKILL)
        self.process = None
        if time.monotonic() - self.started_at > HEALTHY_AFTER_S:
            self.pause_s = FIRST_PAUSE_S
        self.start_due_at = time.monotonic() + self.pause_s
        self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
        return cause_of_death(status)

    @property
    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.start_due_at

    def ask_to_stop(self) -> None:
        """Ask the leader to finish what it does and end."""
        if self.process is not None and self.is_alive:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group at once."""
        if self.process is not None:
            tell(self.process.pid, signal.SIGKILL)
            self.process.wait()
            tell(self.process.pid, signal.SIGKILL)


def _touched_at(pulse: Path) -> int | None:
    try:
        return pulse.stat().st_mtime_ns
    except OSError:
        return None


def cause_of_death(status: int) -> str:
    """Put the status of an ended process into words."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
