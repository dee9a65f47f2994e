"""A real copy of the product: what ``make run`` starts, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from seven_dashboard.embedded import book
from seven_dashboard.sandbox.accounts import signing_key_of
from tests.journeys import processes
from tests.journeys.deadlines import eventually
from tests.journeys.processes import Process

REPOSITORY = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 240.0
STOP_TIMEOUT_S = 60.0
COMMAND_TIMEOUT_S = 240.0
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


class House:
    """Database, queue, sandbox, workers, clock and web server, under one supervisor."""

    def __init__(self, var: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.var = var
        self.port = book.free_port()
        self.settings = dict(settings or {})
        self.screen = var.with_name(f"{var.name}.screen")
        self.process: subprocess.Popen[bytes] | None = None

    # Living

    def start(self) -> House:
        """Start and wait for the closing block, which names the demo sign-in."""
        with self.screen.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        eventually(
            self.shown,
            lambda text: "Ctrl-C" in text or not self.is_running,
            timeout_s=START_TIMEOUT_S,
            what="the house does not open",
        )
        assert self.is_running, self.shown()
        return self

    def stop(self) -> list[Process]:
        """Ask the supervisor to end; return the processes that it left behind."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        left = processes.of_folder(self.var)
        processes.kill_all(left)
        return left

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept,
            "SEVEN_VAR_DIR": str(self.var),
            "SEVEN_EMBEDDED_FAST": "1",
            "PORT": str(self.port),
            **self.settings,
        }

    # Looking

    def shown(self) -> str:
        """Return what the person at the terminal has seen so far."""
        return self.screen.read_text("utf-8", "replace")

    def entry(self, name: str) -> str:
        """Return one line of the closing block or of the start."""
        for line in self.shown().splitlines():
            if line.startswith(f"  {name} "):
                return line.removeprefix(f"  {name}").strip()
        raise AssertionError(f"{name} is not shown:\n{self.shown()}")

    @property
    def url(self) -> str:
        return self.entry("Open")

    @property
    def email(self) -> str:
        return self.entry("Sign in")

    @property
    def password(self) -> str:
        return self.entry("Password")

    @property
    def sandbox_url(self) -> str:
        return self.entry("gateway").removeprefix("sandbox at ")

    def workers(self) -> list[Process]:
        """Return every process of every worker, pool processes included."""
        found = processes.of_folder(self.var)
        return [process for process in found if " worker --hostname" in process.command]

    # Acting

    def sandbox(self, path: str, *, key: str, **values: object) -> Any:
        """Ask the sandbox's control surface: POST with values, GET without."""
        joint = "&" if "?" in path else "?"
        url = f"{self.sandbox_url}/_sandbox/{path}{joint}key={key}"
        body = json.dumps({"key": key, **values}).encode() if values else None
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(url, data=body, headers=headers), timeout=30) as answer:
            return json.load(answer)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command beside the running house."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )

    def done(self, *arguments: str) -> dict[str, Any]:
        """Run a command that must succeed; return the object on its last line."""
        ended = self.command(*arguments, "--json")
        assert ended.returncode == 0, ended.stdout + ended.stderr
        found: dict[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
        return found


def key_for(name: str) -> str:
    """Return an API key that opens an account of its own in the sandbox."""
    return f"sandbox-{name}-key"


__all__ = ["House", "key_for", "signing_key_of"]
