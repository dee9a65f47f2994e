"""Events and replies that came in."""

from __future__ import annotations

import time

from celery import shared_task

from messaging.services import event_log, listening, rcs_events, reports
from messaging.tasks.bells import BELL_EXPIRES_S, ring
from seven_dashboard import locks, queues
from seven_dashboard.gateway.resources.rcs import RcsEvent
from seven_dashboard.locks import Report

# While events come, they gather so long before the next look: a handful costs a look as
# much as hundreds do, and what looks take, the answers of the letterbox lack.
GATHER_S = 0.2


@shared_task(queue=queues.INTERACTIVE)
@locks.exclusive("apply-events", 30.0)
def apply_events() -> Report:
    """Apply events until none is due, or others should have a turn."""
    applied, deadline = 0, time.monotonic() + 15.0
    while count := reports.apply_pending():
        applied += count
        if time.monotonic() > deadline:
            break
        if count < reports.BATCH:
            time.sleep(GATHER_S)
    return {"events": applied}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("listen-inbound", 60.0)
def listen_inbound() -> Report:
    """Read what people wrote, for a STOP that no webhook has brought."""
    return dict(listening.listen())


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("forget-events", 120.0)
def forget_events() -> Report:
    """Delete events that are older than their workspace keeps them."""
    return dict(event_log.forget_old())


@shared_task(queue=queues.INTERACTIVE)
def tell_read(inbound_id: int) -> Report:
    """Tell the sender of an RCS message that it was read, where that is wanted."""
    return {"told": rcs_events.tell_if_wanted(inbound_id, RcsEvent.READ)}


def ring_tell_read(inbound_id: int) -> None:
    """Have the sender of a message told that its conversation was opened."""
    ring(tell_read, inbound_id)


def ring_apply_events() -> None:
    """Queue the report desk. Raises the broker's error, which the bell notes."""
    apply_events.apply_async(expires=BELL_EXPIRES_S)
