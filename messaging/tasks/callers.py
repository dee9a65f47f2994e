"""Numbers that are proved before they call."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from messaging.services import callers
from messaging.tasks.bells import ring
from seven_dashboard import locks, queues
from seven_dashboard.locks import Report


@shared_task(queue=queues.INTERACTIVE)
def check_caller(caller_id: str) -> Report:
    """Ask the gateway about a number that a callback says is verified."""
    return {"verified": callers.check(UUID(caller_id))}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("sweep-callers", 60.0)
def sweep_callers() -> Report:
    """Check callbacks whose bell was lost, and end tries that nobody answers."""
    return dict(callers.sweep())


def ring_check_caller(caller_id: UUID) -> None:
    """Have a callback about a caller checked now."""
    ring(check_caller, str(caller_id))
