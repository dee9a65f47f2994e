"""Alerts about what is sent."""

from __future__ import annotations

from celery import shared_task

from messaging.services import campaign_alerts
from seven_dashboard import locks, queues
from seven_dashboard.locks import Report


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("watch-campaigns", 120.0)
def watch_campaigns() -> Report:
    """Open and close alerts about pauses, missing events and prices."""
    return {
        "paused": campaign_alerts.watch_pauses(),
        "silent": campaign_alerts.watch_silence(),
        "prices": campaign_alerts.watch_prices(),
    }
