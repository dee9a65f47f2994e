"""A process that uses the embedded servers, for tests that watch them from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from seven_dashboard.embedded.leases import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys
from seven_dashboard import embedded
embedded.start(database={database}, redis={redis})
urls = [embedded.database_url(), embedded.redis_url()]
print(json.dumps(urls), flush=True)
sys.stdin.read()
"""


class User:
    """Starts the servers on `var` and holds them until it leaves or is killed."""

    def __init__(self, var: Path, *, database: bool = True, redis: bool = True) -> None:
        self.var = var
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(database=database, redis=redis)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            env={**os.environ, "SEVEN_VAR_DIR": str(var), "SEVEN_EMBEDDED_FAST": "1"},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        urls: tuple[str, str] = json.loads(line) if line else ("", "")
        self.database_url, self.redis_url = urls

    def leave(self) -> None:
        """End as a command does that has done its work."""
        self.process.communicate()

    def kill(self) -> None:
        """End without a last word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def book(var: Path) -> dict[str, Any]:
    """Return the remembered ports and passwords."""
    found: dict[str, Any] = json.loads((var / "embedded.json").read_text("utf-8"))
    return found


def server_pid(var: Path, service: str) -> int:
    """Return the process id that a running server has noted."""
    names = {"postgres": "postgres/data/postmaster.pid", "redis": "redis/redis.pid"}
    return int((var / names[service]).read_text("utf-8").split()[0])


def keeper_pid(var: Path, service: str) -> int:
    """Return the process id of the keeper, which is the parent of its server."""
    shown = Path(f"/proc/{server_pid(var, service)}/stat").read_text("utf-8")
    return int(shown.rpartition(")")[2].split()[1])


def is_running(pid: int) -> bool:
    """Say whether a process lives and is no zombie."""
    try:
        shown = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return shown.rpartition(")")[2].split()[0] != "Z"


def ends(pid: int, *, timeout_s: float = 30.0) -> bool:
    """Wait until a process is gone."""
    return wait_until(lambda: not is_running(pid), timeout_s=timeout_s)
