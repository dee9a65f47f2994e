"""Rings the periodic tasks of the engine more often than the clock does."""

from __future__ import annotations

import time

from kombu.exceptions import OperationalError

from seven_dashboard import queues
from seven_dashboard.celery import app

TASKS = (
    "sweep_leases",
    "settle_unclear",
    "reconcile_reports",
    "sweep_campaigns",
    "squash_tallies",
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
