"""A whole house in processes of its own, to be killed part by part.

The product's own supervisor looks after it, so that what dies by itself in the storm
comes back as it would for a customer.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from seven_dashboard.embedded import book
from seven_dashboard.supervisor import plans
from seven_dashboard.supervisor.child import Plan
from seven_dashboard.supervisor.family import Family

ROOT = Path(__file__).resolve().parents[2]
API_KEY = "sandbox-faults-key"
ERRAND_TIMEOUT_S = 90.0
# Short waits, so that a test sees the second look.
SHORT = {
    "SEVEN_GATEWAY_TIMEOUT_S": "2",
    "SEVEN_SENDING_FIRST_LOOK_S": "2",
    "SEVEN_SENDING_SECOND_LOOK_S": "5",
    "SEVEN_JOURNAL_LAG_S": "15",
    "SEVEN_REPORT_CHECK_AFTER_S": "5",
    "SEVEN_WORKER_DEAF_AFTER_S": "10",
    "SEVEN_RELOAD_LOCK_S": "3",
    "LOG_LEVEL": "WARNING",
}


def number_of(group: int, person: int) -> str:
    """Return the number of a person in a group of the house; no ending is a fate."""
    return f"+49151{group:02d}{person:05d}0"


def group_of(number: str) -> int:
    """Return the group of a number, which may be without its plus."""
    return int(number.lstrip("+")[5:7])


@dataclass
class House:
    """Starts the parts, kills some on demand, and ends them all."""

    folder: Path
    seed: int
    kills: list[str] = field(default_factory=list)
    # What the supervisor had to say.
    news: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        # Not of those that the kernel gives to whoever calls out: a part that was
        # killed comes back to its own.
        self.sandbox_port = book.free_port()
        self.web_port = book.free_port()
        self.env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", "/tmp"),
            "LANG": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "seven_dashboard.settings",
            "SEVEN_VAR_DIR": str(self.folder / "var"),
            "SEVEN_EMBEDDED_FAST": "1",
            "SEVEN_BASE_URL": f"http://127.0.0.1:{self.sandbox_port}/api",
            "PUBLIC_URL": f"http://127.0.0.1:{self.web_port}",
            "PORT": str(self.web_port),
            **SHORT,
        }
        self.family = Family(
            log_of=lambda name: self.folder / f"{name}.log",
            folder=ROOT,
            tell=self.news.append,
        )
        self.desk: subprocess.Popen[str] | None = None
        # The family is looked after in a thread of its own.
        self.lock = threading.Lock()
        self.is_closing = threading.Event()
        self.keeper = threading.Thread(target=self._look_after)

    # --- starting and ending

    def open(self, *sandbox_options: str) -> None:
        self.start("servers", "-m", "tests.faults.servers")
        for service in ("postgres", "redis"):
            self.wait_for(
                lambda name=service: self._server_pid(name) is not None, timeout_s=90
            )
        self.manage("migrate", "--skip-checks", "--verbosity", "0", timeout_s=240)
        place = ("--port", str(self.sandbox_port), "--state")
        self.start(
            "sandbox",
            *("-m", "seven_dashboard.sandbox", *place),
            *(str(self.folder / "sandbox.sqlite3"), *sandbox_options),
        )
        web = plans.web_command(host="127.0.0.1", port=self.web_port, workers=1)
        self.start("web", *web)
        for worker in ("interactive", "sending"):
            self._start_worker(worker)
        self.start("beat", *plans.beat_command(self.folder / "beat"))
        self.start("ringer", "-m", "tests.faults.ringer")
        self.start("person", "-m", "tests.faults.person")
        self.keeper.start()
        self.wait_for(lambda: self.sandbox("health").get("ok"), timeout_s=20)
        self.wait_for(self._web_answers, timeout_s=30)

    def _start_worker(self, name: str) -> None:
        worker = next(worker for worker in plans.WORKERS if worker.name == name)
        self.start(name, *worker.command(), has_pulse=True)

    def start(self, name: str, *command: str, has_pulse: bool = False) -> None:
        # Nothing of the test's own surroundings reaches the house.
        nothing = dict.fromkeys(os.environ, "")
        pulse = self.folder / f"{name}.pulse" if has_pulse else None
        environment = {**nothing, **self.env}
        command = (sys.executable, *command)
        plan = Plan(name, command, environment=environment, pulse=pulse)
        with self.lock:
            self.family.add(plan)

    def close(self) -> None:
        if self.desk is not None:
            self.desk.kill()
            self.desk.communicate()
        self.is_closing.set()
        if self.keeper.is_alive():
            self.keeper.join()
        self.family.stop(list(self.family.children), is_hurried=lambda: True)
        self.family.close()
        self.wait_for(lambda: self._server_pid("postgres") is None, timeout_s=40)

    def _look_after(self) -> None:
        while not self.is_closing.wait(0.1):
            with self.lock:
                self.family.tick()

    # --- trouble

    def pid(self, name: str) -> int:
        """Return the process id of a part, waiting while it is being started."""
        child = self.family.children[name]
        self.wait_for(lambda: child.is_alive, timeout_s=30)
        assert child.pid is not None
        return child.pid

    def kill(self, name: str) -> None:
        """Kill a part and all its children at once; it is started anew."""
        self.kills.append(name)
        os.killpg(self.pid(name), signal.SIGKILL)

    def lives(self, name: str) -> int:
        """Return how often a worker has begun to take work, by its log."""
        log = (self.folder / f"{name}.log").read_text("utf-8", "replace")
        return log.count(' ready."')

    def kill_child(self, name: str) -> None:
        """Kill one child of a worker; its parent replaces it."""
        self.wait_for(lambda: _children(self.pid(name)), timeout_s=60)
        children = _children(self.pid(name))
        self.kills.append(f"{name} child")
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(self.random.choice(children), signal.SIGKILL)

    def take_away(self, name: str) -> Plan:
        """End a part and leave it away; `start_again` brings it back."""
        with self.lock:
            plan = self.family.children[name].plan
            self.family.stop([name], is_hurried=lambda: True)
        return plan

    def start_again(self, plan: Plan) -> None:
        with self.lock:
            self.family.add(plan)

    def kill_server(self, service: str) -> None:
        """Kill PostgreSQL or Redis; its keeper starts it again."""
        self.wait_for(lambda: self._server_pid(service) is not None, timeout_s=60)
        pid = self._server_pid(service)
        if pid is not None:
            self.kills.append(service)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _server_pid(self, service: str) -> int | None:
        try:
            mark = self.folder / "var" / "run" / f"{service}.ready"
            return int(mark.read_text("ascii"))
        except (OSError, ValueError):
            return None

    # --- asking

    def manage(self, *arguments: str, timeout_s: float = 90) -> str:
        return self._python("manage.py", *arguments, timeout_s=timeout_s)

    def errand(self, *arguments: str) -> Any:
        """Have an errand done inside the product; return its result."""
        if self.desk is None:
            self.desk = self._open_desk()
        assert self.desk.stdin and self.desk.stdout
        self.desk.stdin.write(json.dumps(arguments) + "\n")
        self.desk.stdin.flush()
        is_done, _, _ = select.select([self.desk.stdout], [], [], ERRAND_TIMEOUT_S)
        line = self.desk.stdout.readline() if is_done else ""
        answer = json.loads(line or '{"error": "no answer, see errands.log"}')
        assert "error" not in answer, f"{arguments}: {answer['error']}"
        return answer["result"]

    def _open_desk(self) -> subprocess.Popen[str]:
        with (self.folder / "errands.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.errand"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def status(self, campaign_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.errand("status", campaign_id)
        return found

    def sandbox(self, path: str, **values: object) -> Any:
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/{path}?key={API_KEY}"
        body = json.dumps({"key": API_KEY, **values}).encode() if values else None
        request = Request(url, data=body, headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def wait_for(
        self, condition: Any, *, timeout_s: float, every_s: float = 0.2
    ) -> None:
        deadline = time.monotonic() + timeout_s
        while True:
            with contextlib.suppress(OSError):
                if condition():
                    return
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout_s} s")
            time.sleep(every_s)

    def _python(self, *arguments: str, timeout_s: float) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def _web_answers(self) -> bool:
        url = f"http://127.0.0.1:{self.web_port}/healthz"
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(stat.parent.name))
    return found
