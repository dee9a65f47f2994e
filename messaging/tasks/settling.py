"""What is unclear or was not reported is asked for at the gateway."""

from __future__ import annotations

from celery import shared_task

from messaging.services import held, learning, reconciling, unclear
from seven_dashboard import locks, queues
from seven_dashboard.locks import Report


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("sweep-leases", 60.0)
def sweep_leases() -> Report:
    return {"expired": unclear.expire_leases()}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("settle-unclear", 60.0)
def settle_unclear() -> Report:
    """Settle what is in doubt, and take back what nobody may get any more."""
    taken_back = held.take_back_from_opted_out()
    return {**unclear.settle_due(), "taken_back": taken_back}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("reconcile-reports", 60.0)
def reconcile_reports() -> Report:
    return {
        **reconciling.ask_for_reports(budget_s=40.0),
        **reconciling.ask_for_prices(),
    }


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("learn-from-journal", 60.0)
def learn_from_journal() -> Report:
    """Read in the journal which networks messages went through, and how fast."""
    return dict(learning.learn())
