"""The engine's tasks: doors to services, run twice without harm."""

from __future__ import annotations

import time
from uuid import UUID

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from accounts.models import Connection
from contacts import tasks as contact_tasks
from messaging.models import Campaign, NumberList, RecipientExport
from messaging.services import (
    audiences,
    callers,
    campaign_files,
    floor,
    listening,
    number_list_runs,
    number_lists,
    rcs_events,
    recipient_exports,
    reconciling,
    reports,
    starts,
    summaries,
    sweeps,
    unclear,
    withdrawals,
)
from seven_dashboard import locks, queues
from seven_dashboard.errors import Refused
from seven_dashboard.locks import Report

# One run of the sending floor: short, so that another connection has its turn.
SEND_BUDGET_S = 8.0
# No run lasts so long, waiting for calls and the database included: it hangs, and would
# keep its place on the floor for ever. Its process is killed; the leases run out.
HUNG_AFTER_S = 240
# Messages a second that one process is good for; a faster connection gets more.
RATE_OF_A_PROCESS = 300.0
# Processes that send single messages of one connection.
SINGLE_SLOTS = 2
# A bell that nobody heard in time is not worth answering: the next sweep rings again.
BELL_EXPIRES_S = 10

contact_tasks.add_work(NumberList, number_list_runs.run)
contact_tasks.add_work(RecipientExport, recipient_exports.run)


@shared_task(queue=queues.INTERACTIVE)
def start_campaign(campaign_id: str) -> Report:
    """Start a scheduled campaign whose time has come, or hold it and ask."""
    with locks.held(f"prepare:{campaign_id}") as is_mine:
        if not is_mine:
            return {"skipped": "runs already"}
        has_started = starts.start(UUID(campaign_id))
    if has_started:
        _ring(prepare_campaign, campaign_id)
    return {"started": has_started}


@shared_task(queue=queues.INTERACTIVE)
def prepare_campaign(campaign_id: str) -> Report:
    """Freeze the audience of a launched campaign, then start to send."""
    with locks.held(f"prepare:{campaign_id}") as is_mine:
        if not is_mine:
            return {"skipped": "runs already"}
        is_done = audiences.freeze(UUID(campaign_id))
    if not is_done:
        _ring(prepare_campaign, campaign_id)
        return {"done": False}
    _ring_senders()
    return {"done": True}


@shared_task(queue=queues.SENDING, time_limit=HUNG_AFTER_S)
def send_batches(connection_id: str) -> Report:
    """Send what is due for a connection; goes on by itself while there is more."""
    connection = Connection.objects.filter(pk=connection_id).first()
    if connection is None:
        return {"skipped": "disconnected"}
    slots = _processes_for(float(connection.rate_per_s))
    with locks.one_of(f"floor:{connection_id}", slots=slots) as slot:
        if slot is None:
            return {"skipped": "enough are at it"}
        report = _send(connection_id, processes=slots)
    if report.get("has_more"):
        _ring(send_batches, connection_id)
    return report


@shared_task(queue=queues.INTERACTIVE)
def send_singles(connection_id: str) -> Report:
    """Send single messages at once, while campaigns have the senders busy."""
    with locks.one_of(f"singles:{connection_id}", slots=SINGLE_SLOTS) as slot:
        if slot is None:
            return {"skipped": "enough are at it"}
        return _send(connection_id, processes=SINGLE_SLOTS, singles_only=True)


@shared_task(queue=queues.INTERACTIVE)
def wind_up(campaign_id: str) -> Report:
    """Mark the rows of a cancelled campaign and withdraw what the gateway holds."""
    marked = withdrawals.cancel_queued(UUID(campaign_id))
    return {"cancelled": marked, "withdrawn": withdrawals.withdraw(UUID(campaign_id))}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("sweep-campaigns", 60.0)
def sweep_campaigns() -> Report:
    """Ring for whatever should be under way and may not be; finish what is settled."""
    starting = starts.due()
    for campaign_id in starting:
        _ring(start_campaign, str(campaign_id))
    preparing = sweeps.preparing()
    for campaign_id in preparing:
        _ring(prepare_campaign, str(campaign_id))
    for campaign_id in sweeps.cancelled_with_rows():
        _ring(wind_up, str(campaign_id))
    finished = sweeps.finish_settled()
    return {
        "preparing": len(preparing),
        "finished": finished,
        "starting": len(starting),
        "paused": sweeps.pause_disconnected() + sweeps.pause_failing(),
        "resumed": sweeps.resume_next_day(),
        "senders": _ring_senders(),
    }


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("sweep-leases", 60.0)
def sweep_leases() -> Report:
    return {"expired": unclear.expire_leases()}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("settle-unclear", 60.0)
def settle_unclear() -> Report:
    return dict(unclear.settle_due())


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("reconcile-reports", 60.0)
def reconcile_reports() -> Report:
    return {
        **reconciling.ask_for_reports(budget_s=40.0),
        **reconciling.ask_for_prices(),
    }


@shared_task(queue=queues.INTERACTIVE)
@locks.exclusive("apply-events", 30.0)
def apply_events() -> Report:
    """Apply events until none is due, or others should have a turn."""
    applied, deadline = 0, time.monotonic() + 15.0
    while time.monotonic() < deadline:
        count = reports.apply_pending()
        applied += count
        if not count:
            break
    return {"events": applied}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("listen-inbound", 60.0)
def listen_inbound() -> Report:
    """Read what people wrote, for a STOP that no webhook has brought."""
    return dict(listening.listen())


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("squash-tallies", 60.0)
def squash_tallies() -> Report:
    return dict(sweeps.squash_tallies())


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("forget-lists", 600.0)
def forget_lists() -> Report:
    """Delete files of lists that are read for good, and numbers of long ago."""
    forgotten = number_lists.forget_old() + campaign_files.forget_old()
    return {"forgotten": forgotten}


@shared_task(queue=queues.JOBS)
def work_out_summary(campaign_id: str) -> Report:
    """Work out what came of a campaign, unless another worker is at it."""
    with locks.held(f"summary:{campaign_id}") as is_mine:
        if not is_mine:
            return {"skipped": "runs already"}
        return {"done": summaries.work_out_by_id(UUID(campaign_id))}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("sweep-summaries", 60.0)
def sweep_summaries() -> Report:
    """Ring for the figures that somebody waits for, or soon will."""
    wanted = summaries.wanted()
    for campaign_id in wanted:
        ring_summary(campaign_id)
    return {"rung": len(wanted)}


def ring_summary(campaign_id: UUID) -> None:
    """Have a campaign's figures worked out now and not only by the next sweep."""
    _ring(work_out_summary, str(campaign_id))


@shared_task(queue=queues.INTERACTIVE)
def check_caller(caller_id: str) -> Report:
    """Ask the gateway about a number that a callback says is verified."""
    return {"verified": callers.check(UUID(caller_id))}


@shared_task(queue=queues.INTERACTIVE)
def tell_read(inbound_id: int) -> Report:
    """Tell the sender of an RCS message that it was read, where that is wanted."""
    return {"told": rcs_events.tell_read_if_wanted(inbound_id)}


def ring_tell_read(inbound_id: int) -> None:
    """Have the sender of a message told that its conversation was opened."""
    _ring(tell_read, inbound_id)


def ring_check_caller(caller_id: UUID) -> None:
    """Have a callback about a caller checked now."""
    _ring(check_caller, str(caller_id))


def ring_prepare(campaign_id: UUID) -> None:
    """Have a launched campaign prepared now and not only by the next sweep."""
    _ring(prepare_campaign, str(campaign_id))


def ring_start(campaign_id: UUID) -> None:
    """Have a campaign whose time has come started now, not by the next sweep."""
    _ring(start_campaign, str(campaign_id))


def ring_single(campaign: Campaign) -> None:
    """Have a single message sent now and not only by the next sweep."""
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if connection is not None:
        _ring(send_singles, str(connection.pk))


def ring_apply_events() -> None:
    """Queue the report desk. Raises the broker's error, which the bell notes."""
    apply_events.apply_async(expires=BELL_EXPIRES_S)


def _send(connection_id: str, *, processes: int, singles_only: bool = False) -> Report:
    try:
        report = floor.run(
            UUID(connection_id),
            budget_s=SEND_BUDGET_S,
            processes=processes,
            singles_only=singles_only,
        )
    except Refused as refused:
        return {"refused": refused.code}
    return {
        "claimed": report.claimed,
        "accepted": report.accepted,
        "has_more": report.has_more,
        "stopped_by": report.stopped_by,
    }


def _ring_senders() -> int:
    """Ring for every connection with work that has fewer senders than it needs."""
    rung = 0
    for connection_id, rate_per_s, has_single in sweeps.with_work():
        if has_single:
            _ring(send_singles, str(connection_id))
        wanted = _processes_for(rate_per_s)
        busy = locks.taken(f"floor:{connection_id}", slots=wanted)
        for _ in range(wanted - busy):
            _ring(send_batches, str(connection_id))
            rung += 1
    return rung


def _processes_for(rate_per_s: float) -> int:
    most = int(settings.SENDING_PROCESSES)
    return max(1, min(most, round(rate_per_s / RATE_OF_A_PROCESS)))


def _ring(task: object, *args: str | int) -> None:
    """Queue a task; without a broker the next sweep does it."""
    try:
        task.apply_async(args, expires=BELL_EXPIRES_S)  # type: ignore[attr-defined]
    except OperationalError:
        return
