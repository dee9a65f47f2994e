"""The process that starts one server, restarts it, and stops it after its last user.

``python -m seven_dashboard.embedded.keeper postgres --ready-fd N``; started by
``embedded.start()``, one per service and data folder.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from . import access, book
from .errors import EmbeddedError
from .leases import Lock, wait_until
from .places import run_path
from .postgres import Postgres
from .redis import Redis
from .service import Service

SERVICES: dict[str, type[Service]] = {"postgres": Postgres, "redis": Redis}
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
HOLD_TIMEOUT_S = 1.0
TICK_S = 0.05
LOG_LIMIT = 10 * 1024 * 1024


class Keeper:
    """Keeps one server running as long as somebody holds its lease."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.nobody_left = threading.Event()
        self.lease = Lock(f"{service.name}.lease")
        self.ready_mark = run_path(f"{service.name}.ready")
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, ready_fd: int) -> None:
        """Serve until the last user is gone; say on `ready_fd` how starting went."""
        self.ready_mark.unlink(missing_ok=True)
        threading.Thread(target=self._watch_lease, daemon=True).start()
        try:
            self._start(may_move=True)
        except EmbeddedError as error:
            _say(ready_fd, str(error))
            self._stop()
            return
        _say(ready_fd, "ready")
        try:
            self._keep()
        finally:
            self._stop()

    def end(self, *_: object) -> None:
        """Stop now, as on a signal."""
        self.nobody_left.set()

    def _watch_lease(self) -> None:
        self.lease.wait_alone()
        self.nobody_left.set()

    def _keep(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self.nobody_left.wait(TICK_S):
            if self.process is not None and self.process.poll() is None:
                continue
            self.ready_mark.unlink(missing_ok=True)
            with contextlib.suppress(EmbeddedError):
                self._start(may_move=False)
            pause_s = self._pause(pause_s)

    def _pause(self, pause_s: float) -> float:
        """Wait a little longer after every restart in a row."""
        self.nobody_left.wait(pause_s)
        if self.process is not None and self.process.poll() is None:
            return FIRST_PAUSE_S
        return min(pause_s * 2, LONGEST_PAUSE_S)

    def _start(self, *, may_move: bool) -> None:
        service = self.service
        _shorten(service.log)
        service.end_orphan()
        if may_move and not book.is_free(service.address.port):
            book.move(service.name)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._try_start(deadline):
            if self.nobody_left.is_set():
                return
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{service.title} did not start:\n{_end_of(service.log)}"
                )
            time.sleep(FIRST_PAUSE_S)
        assert self.process is not None
        book.write_private(self.ready_mark, f"{self.process.pid}\n")

    def _try_start(self, deadline: float) -> bool:
        """Start once; False when the server ended, as it does beside an old one."""
        service = self.service
        way = service.prepare()
        self.process = access.spawn(
            way,
            service.program(),
            home=service.home,
            log=service.log,
            death_signal=service.stop_signal,
        )
        while self.process.poll() is None and time.monotonic() < deadline:
            if service.is_ready(self.process.pid):
                return True
            if self.nobody_left.wait(TICK_S):
                return False
        self._stop()
        return False

    def _stop(self) -> None:
        self.ready_mark.unlink(missing_ok=True)
        process = self.process
        if process is None or process.poll() is not None:
            return
        process.send_signal(self.service.stop_signal)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _say(descriptor: int, text: str) -> None:
    with contextlib.suppress(OSError), os.fdopen(descriptor, "w") as pipe:
        pipe.write(text)


def _shorten(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.move(log, log.with_suffix(".log.1"))


def _end_of(log: Path) -> str:
    text = log.read_text("utf-8", "replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-5:])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("service", choices=sorted(SERVICES))
    parser.add_argument("--ready-fd", type=int, required=True)
    options = parser.parse_args(arguments)
    hold = Lock(f"{options.service}.keeper")
    # Whoever asks whether there is a keeper holds this lock for an instant.
    if not wait_until(hold.take, timeout_s=HOLD_TIMEOUT_S):
        _say(options.ready_fd, "ready")
        return 0
    keeper = Keeper(SERVICES[options.service]())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, keeper.end)
    keeper.run(options.ready_fd)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
