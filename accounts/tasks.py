"""Doors for the workers: the heartbeat, polling, nightly cleaning."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction

from accounts.models import Connection, Errand, HookCheck, Poll
from accounts.services import (
    account_alerts,
    alert_mails,
    cleaning,
    errand_looks,
    errands,
    grants,
    hook_checks,
    polls,
    schedules,
)
from accounts.services.schedules import Claim
from seven_dashboard import health, queues
from seven_dashboard.locks import exclusive


@shared_task(queue=queues.PERIODIC)
def heartbeat(queue: str = queues.PERIODIC) -> dict[str, bool]:
    """Leave a sign that workers work, for the probes and the System page."""
    health.record_heartbeat(queue)
    return {"alive": True}


@shared_task(queue=queues.PERIODIC)
@exclusive("poll-due", timeout_s=30)
def poll_due() -> dict[str, object]:
    """Claim what is due and queue one task for each connection and kind."""
    claims = schedules.claim_due()
    for claim in claims:
        queue_poll(claim)
    return dict(Counter(str(claim.kind) for claim in claims))


@shared_task(queue=queues.PERIODIC, soft_time_limit=540, time_limit=570)
def poll(connection_id: str, kind: str) -> dict[str, str]:
    """Fetch one kind for one connection; the lease outlives the time limit."""
    outcome = polls.run(Claim(UUID(connection_id), kind))
    if outcome != polls.CROWDED:
        # Its place is free for one that found none.
        for claim in schedules.take(limit=1):
            queue_poll(claim)
    return {kind: outcome}


@shared_task(queue=queues.PERIODIC)
@exclusive("renew-grants", timeout_s=30)
def renew_grants() -> dict[str, object]:
    """Ring for every permission whose access token is about to end."""
    due = grants.due()
    for connection_id in due:
        renew_grant.delay(str(connection_id))
    return {"due": len(due)}


@shared_task(queue=queues.PERIODIC)
def renew_grant(connection_id: str) -> dict[str, str]:
    """Renew one permission; whoever comes second finds it claimed or done."""
    return {"outcome": grants.renew(UUID(connection_id))}


def queue_poll(claim: Claim) -> None:
    """Queue a claimed polling once the transaction stands.

    Robust: without the broker the lease runs out and `poll_due` finds it again.
    """
    ring = partial(poll.delay, str(claim.connection_id), str(claim.kind))
    transaction.on_commit(ring, robust=True)


def queue_all(connection: Connection) -> None:
    """Queue every kind of polling of a connection that is new."""
    for kind in Poll.Kind.values:
        claim = schedules.claim_now(connection=connection, kind=kind)
        if claim is not None:
            queue_poll(claim)


@shared_task(queue=queues.INTERACTIVE, soft_time_limit=30, time_limit=40)
def post_hook_check(check_id: str) -> dict[str, str]:
    """Post the test event that a person waits for."""
    return {"state": hook_checks.post(UUID(check_id))}


def queue_hook_check(check: HookCheck) -> None:
    """Queue a check once it stands; without the broker its page says that it failed."""
    transaction.on_commit(partial(post_hook_check.delay, str(check.pk)), robust=True)


@shared_task(queue=queues.PERIODIC)
@exclusive("clean-expired", timeout_s=300)
def clean_expired() -> dict[str, object]:
    """Remove sessions, invitations and balance readings that nobody needs."""
    return dict(cleaning.clean())


@shared_task(queue=queues.PERIODIC)
@exclusive("watch-accounts", timeout_s=120)
def watch_accounts() -> dict[str, object]:
    """Open and close alerts about balances, connections, webhooks and errands."""
    return {"opened": account_alerts.watch() + account_alerts.watch_errands()}


@shared_task(queue=queues.PERIODIC, soft_time_limit=240, time_limit=270)
def mail_alerts() -> dict[str, int]:
    """Send the mails about alerts; each is leased to one process."""
    return alert_mails.send_due()


@shared_task(queue=queues.INTERACTIVE, soft_time_limit=200, time_limit=220)
def run_errand(errand_id: str) -> dict[str, str]:
    """Do one errand at the gateway, once; its lease outlives the time limit."""
    return {"state": errands.run(UUID(errand_id))}


@shared_task(queue=queues.INTERACTIVE, soft_time_limit=200, time_limit=220)
def look_after_errand(errand_id: str) -> dict[str, str]:
    """See at the gateway what became of an unclear errand."""
    return {"state": errand_looks.look(UUID(errand_id))}


@shared_task(queue=queues.PERIODIC)
@exclusive("sweep-errands", timeout_s=30)
def sweep_errands() -> dict[str, object]:
    """Ring again for what waits, doubt what was abandoned, look after doubts."""
    waiting = errands.due(Errand.State.WAITING)
    for errand_id in waiting:
        run_errand.delay(str(errand_id))
    abandoned = errands.doubt_abandoned()
    unclear = errands.due(Errand.State.UNCLEAR)
    for errand_id in unclear:
        look_after_errand.delay(str(errand_id))
    return {"waiting": len(waiting), "abandoned": abandoned, "unclear": len(unclear)}


def queue_errand(errand: Errand) -> None:
    """Ring for an errand once the transaction stands; the sweep finds it otherwise."""
    ring = partial(run_errand.delay, str(errand.pk))
    transaction.on_commit(ring, robust=True)


def queue_account_lists(errand: Errand) -> None:
    """Read anew what a person's word on an errand concerns."""
    connection = errand.connection
    if connection is None:
        return
    for kind in (Poll.Kind.NUMBERS, Poll.Kind.SUBACCOUNTS, Poll.Kind.BALANCE):
        claim = schedules.claim_now(connection=connection, kind=kind)
        if claim is not None:
            queue_poll(claim)
