"""Rings the periodic tasks of the engine more often than the clock does."""

from __future__ import annotations

import time

from kombu.exceptions import OperationalError

from seven_dashboard import queues
from seven_dashboard.celery import app

TASKS = (
    "settling.sweep_leases",
    "settling.settle_unclear",
    "settling.reconcile_reports",
    "sending.sweep_campaigns",
    "figures.squash_tallies",
)


def main() -> None:
    while True:
        for name in TASKS:
            try:
                app.send_task(
                    f"messaging.tasks.{name}", queue=queues.PERIODIC, expires=2
                )
            except (OperationalError, OSError):
                break
        time.sleep(1)


if __name__ == "__main__":
    main()
