"""Doors for the workers: the heartbeat, polling, nightly cleaning."""

from __future__ import annotations

from celery import shared_task

from seven_dashboard import health, queues


@shared_task(queue=queues.PERIODIC)
def heartbeat() -> dict[str, bool]:
    """Leave a sign that workers work, for the probes and the System page."""
    health.record_heartbeat()
    return {"alive": True}
