"""Every process of a running house, as one list; compose.yaml is checked against it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from seven_dashboard import queues
from seven_dashboard.embedded.places import run_path

from .child import Plan

APPLICATION = "seven_dashboard"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Worker:
    """A Celery worker: which queues it serves and with what pool."""

    name: str
    queues: tuple[str, ...]
    pool: str
    concurrency: int

    def command(self) -> list[str]:
        """Return the command line after the Python interpreter."""
        return [
            *("-m", "celery", "-A", APPLICATION, "worker"),
            *("--hostname", f"{self.name}@%h"),
            *("--queues", ",".join(self.queues)),
            *("--pool", self.pool, "--concurrency", str(self.concurrency)),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        ]


# A long import must not delay a STOP, nor a campaign a single message, so each kind
# of work has its own processes. Short waiting work shares one process of threads: so
# many that some are free while every call to the gateway hangs (`polls.AT_ONCE`).
WORKERS = (
    Worker("interactive", (queues.INTERACTIVE, queues.PERIODIC), "threads", 16),
    Worker("sending", (queues.SENDING,), "prefork", 2),
    Worker("imports", (queues.IMPORTS,), "prefork", 1),
    # Exports, mass changes, lookups, syncs: they wait for the database or the gateway.
    Worker("jobs", (queues.JOBS,), "threads", 4),
)


def worker_plans() -> list[Plan]:
    """Return one plan for each kind of worker."""
    return [
        Plan(
            f"worker-{worker.name}",
            (sys.executable, *worker.command()),
            title=", ".join(worker.queues),
            pulse=run_path(f"worker-{worker.name}.pulse"),
        )
        for worker in WORKERS
    ]


def beat_command(schedule: Path) -> list[str]:
    """Return the command line of the clock after the Python interpreter."""
    return [
        *("-m", "celery", "-A", APPLICATION, "beat"),
        *("--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"),
    ]


def beat_plan(folder: Path) -> Plan:
    """Return the plan of the clock that queues periodic work."""
    command = (sys.executable, *beat_command(folder / "beat-schedule"))
    return Plan("beat", command, title="periodic work", grace_s=3.0)


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """Return the command line of the web server after the Python interpreter."""
    return [
        *("-m", "granian", "--interface", "wsgi", f"{APPLICATION}.wsgi:application"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "4"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--http", "1", "--no-ws"),
    ]


def web_plan(port: int) -> Plan:
    """Return the plan of the web server on this machine."""
    workers = max(1, min(2, os.cpu_count() or 1))
    command = web_command(host=HOST, port=port, workers=workers)
    return Plan("web", (sys.executable, *command), title="web", grace_s=6.0)


def sandbox_plan(port: int, state: Path) -> Plan:
    """Return the plan of the imitation gateway."""
    command = (
        *(sys.executable, "manage.py", "sandbox"),
        *("--port", str(port), "--state", str(state)),
    )
    return Plan("sandbox", command, title="sandbox gateway", grace_s=4.0)
