"""The start of everything, step by step; then watch, and at the end stop it all."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from seven_dashboard import embedded, env, whereabouts
from seven_dashboard.embedded import book
from seven_dashboard.embedded.leases import Lock
from seven_dashboard.embedded.places import log_path, run_path, var_dir

from . import plans
from .child import Plan
from .errand import run_to_end
from .family import Family
from .probes import CannotStart, accepts, check_port, is_healthy
from .screen import Screen

READY_TIMEOUT_S = 90.0
WORKER_TIMEOUT_S = 30.0
TICK_S = 0.2
EMBEDDED_CHECK_S = 1.0
SHOWN_ON_FAILURE = 12


class Stopped(Exception):
    """The person wants to stop while the start is still going on."""


class House:
    """A running copy of the product on this machine."""

    def __init__(self, screen: Screen, *, port: int, is_tied: bool) -> None:
        self.screen = screen
        self.port = port
        self.parent = os.getppid() if is_tied else None
        self.wanted_stops = 0
        self.needs_terminal = False
        self.has_sandbox = not env.text("SEVEN_BASE_URL")
        self.running = Lock("up.lock")
        self.family: Family | None = None
        self.servers: dict[str, int | None] = {}

    @property
    def address(self) -> str:
        return f"http://{plans.HOST}:{self.port}"

    def run(self) -> None:
        """Start everything, stay until a signal comes, stop everything.

        Raises CannotStart with a sentence for a person.
        """
        self._claim()
        check_port(self.port)
        # What the children write is nobody else's business.
        os.umask(0o077)
        self._listen_to_signals()
        try:
            self._open()
            self._watch()
        except Stopped:
            pass
        finally:
            self._close()

    def _claim(self) -> None:
        if not self.running.take():
            where = run_path("up.address")
            address = where.read_text("utf-8") if where.exists() else "another port"
            raise CannotStart(
                f"This copy runs already at {address}. Stop it first, or start "
                "another clone on another PORT."
            )
        book.write_private(run_path("up.address"), self.address)

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._want_stop)
        # Under nohup the closing of the terminal is to be survived.
        self.needs_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
        if self.needs_terminal:
            signal.signal(signal.SIGHUP, self._want_stop)

    def _want_stop(self, *_: object) -> None:
        self.wanted_stops += 1

    @property
    def is_stop_wanted(self) -> bool:
        is_orphan = self.parent is not None and os.getppid() != self.parent
        has_hung_up = self.needs_terminal and self.screen.is_lost
        return self.wanted_stops > 0 or is_orphan or has_hung_up

    # Opening

    def _open(self) -> None:
        self.screen.line("Seven Dashboard is starting")
        book.remember_port("web", self.port)
        self._start_servers()
        os.environ.update(self._settings_of_children())
        self._run_once("migrate", "--no-input", "--verbosity", "0")
        self.screen.step("tables", "up to date")
        if not env.is_debug():
            self._run_once("collectstatic", "--no-input", "--verbosity", "0")
        self.family = Family(
            log_of=log_path, folder=env.BASE_DIR, tell=self.screen.news
        )
        self._start_gateway()
        demo = self._make_demo()
        self._start_rest()
        self._show_end_of_start(demo)

    def _start_servers(self) -> None:
        whereabouts.start_embedded_services()
        for title, service, is_embedded in (
            ("database", "postgres", whereabouts.uses_embedded_database()),
            ("queue", "redis", whereabouts.uses_embedded_redis()),
        ):
            port = book.address_of(service).port if is_embedded else 0
            place = f"port {port}, data in {var_dir() / service}"
            self.screen.step(title, place if is_embedded else "your own server")
            if is_embedded:
                self.servers[service] = embedded.running_pid(service)
        self._check_stop()

    def _settings_of_children(self) -> dict[str, str]:
        settings = {"PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        if self.has_sandbox:
            port = book.address_of("sandbox").port
            if not book.is_free(port):
                port = book.move("sandbox").port
            base = f"http://{plans.HOST}:{port}"
            settings["SANDBOX_PORT"] = str(port)
            settings["SEVEN_BASE_URL"] = f"{base}/api"
            settings["SEVEN_OAUTH_URL"] = env.text("SEVEN_OAUTH_URL", f"{base}/oauth")
        return settings

    def _start_gateway(self) -> None:
        if not self.has_sandbox:
            self.screen.step("gateway", whereabouts.gateway_url())
            return
        port = whereabouts.sandbox_port()
        self._add(plans.sandbox_plan(port, var_dir() / "sandbox.sqlite3"))
        self._wait_for("sandbox", lambda: accepts(port))
        self.screen.step("gateway", f"sandbox at http://{plans.HOST}:{port}")

    def _make_demo(self) -> dict[str, str]:
        """Return how to sign in to the demo; nothing on a production database."""
        if not env.is_debug():
            return {}
        *remarks, last = self._run_once("seed_demo", "--json").strip().splitlines()
        try:
            demo: dict[str, str] = json.loads(last)
        except ValueError:
            raise CannotStart(failure("The demo was not made", [last])) from None
        self.screen.step("demo", f"workspace {demo['workspace']}")
        for remark in (line for line in remarks if not line.startswith("{")):
            self.screen.step("", remark)
        return {
            "Sign in": demo["email"],
            "Password": demo["password"] or "the one you have chosen",
        }

    def _start_rest(self) -> None:
        marks = {}
        for plan in (*plans.worker_plans(), plans.beat_plan(var_dir())):
            marks[plan.name] = size_of(log_path(plan.name))
            self._add(plan)
        self._add(plans.web_plan(self.port))
        self._wait_for("web", lambda: is_healthy(self.port))
        deadline = time.monotonic() + WORKER_TIMEOUT_S
        for name in (name for name in marks if name.startswith("worker-")):
            self._wait_for_worker(name, marks[name], deadline=deadline)

    def _wait_for_worker(self, name: str, mark: int, *, deadline: float) -> None:
        """Wait for the line a worker logs once it takes work; no line, no harm."""
        path = log_path(name)
        while time.monotonic() < deadline:
            with path.open("rb") as file:
                file.seek(mark)
                if b" ready" in file.read():
                    return
            self._pause()

    def _show_end_of_start(self, demo: dict[str, str]) -> None:
        assert self.family is not None
        for name, child in self.family.children.items():
            if name != "sandbox":
                self.screen.step(name, f"process {child.pid}, {child.plan.title}")
        self.screen.line()
        self.screen.block(
            {
                "Open": self.address,
                **demo,
                "Logs": str(log_path("web").parent),
                "Stop": "Ctrl-C",
            }
        )

    # Running

    def _watch(self) -> None:
        checked_at = time.monotonic()
        while not self.is_stop_wanted:
            self._pause()
            if time.monotonic() - checked_at > EMBEDDED_CHECK_S:
                self._check_servers()
                checked_at = time.monotonic()

    def _check_servers(self) -> None:
        """Start a keeper that was killed again; each keeper minds its own server."""
        try:
            whereabouts.start_embedded_services()
        except embedded.EmbeddedError as error:
            self.screen.news(str(error))
        for service, old_pid in self.servers.items():
            pid = embedded.running_pid(service)
            if pid is not None and old_pid is not None and pid != old_pid:
                self.screen.news(f"{service} had ended and runs again (process {pid})")
            self.servers[service] = pid or old_pid

    # Closing

    def _close(self) -> None:
        family = self.family
        if family is not None:
            self.screen.line()
            self.screen.line("Stopping (again Ctrl-C: at once)")
            wanted = self.wanted_stops

            def is_hurried() -> bool:
                return self.wanted_stops > max(wanted, 1)

            first = [name for name in family.children if name != "sandbox"]
            family.stop(first, is_hurried=is_hurried)
            family.stop(["sandbox"], is_hurried=is_hurried)
            family.close()
        embedded.release()
        self.running.close()
        if family is not None:
            self.screen.line("Stopped. Your data is kept for the next start.")

    # Helpers of all three

    def _add(self, plan: Plan) -> None:
        assert self.family is not None
        self.family.add(plan)

    def _pause(self) -> None:
        time.sleep(TICK_S)
        self._check_stop()
        if self.family is not None:
            self.family.tick()

    def _check_stop(self) -> None:
        if self.is_stop_wanted:
            raise Stopped

    def _wait_for(self, name: str, is_so: Callable[[], bool]) -> None:
        assert self.family is not None
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not is_so():
            if time.monotonic() > deadline:
                log = self.family.children[name].log
                raise CannotStart(
                    failure(f"{name} did not start", log.last_lines(SHOWN_ON_FAILURE))
                )
            self._pause()

    def _run_once(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed."""
        status, output = run_to_end(
            [sys.executable, "manage.py", *arguments],
            folder=env.BASE_DIR,
            meanwhile=self._pause,
        )
        if status != 0:
            lines = output.splitlines()[-SHOWN_ON_FAILURE:]
            raise CannotStart(failure(f"'{' '.join(arguments)}' failed", lines))
        return output


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def failure(sentence: str, lines: list[str]) -> str:
    return "\n".join([f"{sentence}:", *(f"  {line}" for line in lines)])
