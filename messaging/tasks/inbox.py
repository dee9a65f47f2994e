"""What the inbox does by itself."""

from __future__ import annotations

from celery import shared_task

from messaging.services import conversations, rcs_events
from messaging.tasks.bells import ring
from seven_dashboard import locks, queues
from seven_dashboard.gateway.resources.rcs import RcsEvent
from seven_dashboard.locks import Report


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("wake-conversations", 60.0)
def wake_conversations() -> Report:
    """Bring back what was snoozed until now."""
    return {"woken": conversations.wake_due()}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("release-conversations", 60.0)
def release_conversations() -> Report:
    """Take conversations from those who have left the team."""
    return {"released": conversations.release_departed()}


@shared_task(queue=queues.INTERACTIVE)
def tell_typing(inbound_id: int) -> Report:
    """Tell the sender of an RCS message that somebody writes, where that is wanted."""
    return {"told": rcs_events.tell_if_wanted(inbound_id, RcsEvent.IS_TYPING)}


def ring_tell_typing(inbound_id: int) -> None:
    """Have the sender of a message shown that an answer is being written."""
    ring(tell_typing, inbound_id)
