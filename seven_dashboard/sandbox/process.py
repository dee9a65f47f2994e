"""Start a sandbox in a process of its own and stop it again; for tests."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ANNOUNCEMENT = "sandbox listening on "
_STOP_TIMEOUT_S = 10
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Handle:
    """A running sandbox."""

    process: subprocess.Popen[str]
    root_url: str

    @property
    def base_url(self) -> str:
        """Return what SEVEN_BASE_URL takes."""
        return f"{self.root_url}/api"

    @property
    def oauth_url(self) -> str:
        """Return what SEVEN_OAUTH_URL takes."""
        return f"{self.root_url}/oauth"

    @property
    def control_url(self) -> str:
        """Return the root of the control surface."""
        return f"{self.root_url}/_sandbox"

    def stop(self) -> None:
        """End the sandbox in order; what it was told is kept."""
        self.process.terminate()
        self._reap()

    def kill(self) -> None:
        """End the sandbox at once, as a crash would."""
        self.process.kill()
        self._reap()

    def _reap(self) -> None:
        try:
            self.process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(*arguments: str) -> Handle:
    """Start a sandbox and wait until it listens; a free port unless one is given.

    Raises RuntimeError when it ends before it listens.
    """
    command = [sys.executable, "-m", "seven_dashboard.sandbox", *arguments]
    if "--port" not in arguments:
        command += ["--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_PROJECT)
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line.startswith(_ANNOUNCEMENT):
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        raise RuntimeError(f"the sandbox did not start: {line!r}")
    return Handle(process, line.removeprefix(_ANNOUNCEMENT).strip())
