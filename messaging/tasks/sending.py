"""Campaigns and single messages on their way, run twice without harm."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.conf import settings

from accounts.models import Connection
from messaging.models import Campaign
from messaging.services import audiences, floor, starts, sweeps, withdrawals
from messaging.tasks.bells import ring
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
# Campaigns that are asked back at a time: a gateway that hangs holds a thread of the
# interactive worker for half a minute each, and events and replies need the others.
WITHDRAWALS = 4


@shared_task(queue=queues.INTERACTIVE)
def start_campaign(campaign_id: str) -> Report:
    """Start a scheduled campaign whose time has come, or hold it and ask."""
    with locks.held(f"prepare:{campaign_id}") as is_mine:
        if not is_mine:
            return {"skipped": "runs already"}
        has_started = starts.start(UUID(campaign_id))
    if has_started:
        ring(prepare_campaign, campaign_id)
    return {"started": has_started}


@shared_task(queue=queues.INTERACTIVE)
def prepare_campaign(campaign_id: str) -> Report:
    """Freeze the audience of a launched campaign, then start to send."""
    with locks.held(f"prepare:{campaign_id}") as is_mine:
        if not is_mine:
            return {"skipped": "runs already"}
        is_done = audiences.freeze(UUID(campaign_id))
    if not is_done:
        ring(prepare_campaign, campaign_id)
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
        ring(send_batches, connection_id)
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
    with locks.held(f"wind-up:{campaign_id}") as is_mine:
        if not is_mine:
            return {"skipped": "runs already"}
        marked = withdrawals.cancel_queued(UUID(campaign_id))
        with locks.one_of("withdrawals", slots=WITHDRAWALS) as slot:
            if slot is None:
                # The next sweep rings again.
                return {"cancelled": marked, "skipped": "enough are at it"}
            taken_back = withdrawals.withdraw(UUID(campaign_id))
    return {"cancelled": marked, "withdrawn": taken_back}


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("sweep-campaigns", 60.0)
def sweep_campaigns() -> Report:
    """Ring for whatever should be under way and may not be; finish what is settled."""
    starting = starts.due()
    for campaign_id in starting:
        ring(start_campaign, str(campaign_id))
    preparing = sweeps.preparing()
    for campaign_id in preparing:
        ring(prepare_campaign, str(campaign_id))
    for campaign_id in sweeps.to_wind_up():
        ring(wind_up, str(campaign_id))
    finished = sweeps.finish_settled()
    return {
        "preparing": len(preparing),
        "finished": finished,
        "starting": len(starting),
        "paused": sweeps.pause_disconnected() + sweeps.pause_failing(),
        "resumed": sweeps.resume_next_day(),
        "senders": _ring_senders(),
    }


def ring_prepare(campaign_id: UUID) -> None:
    """Have a launched campaign prepared now and not only by the next sweep."""
    ring(prepare_campaign, str(campaign_id))


def ring_start(campaign_id: UUID) -> None:
    """Have a campaign whose time has come started now, not by the next sweep."""
    ring(start_campaign, str(campaign_id))


def ring_single(campaign: Campaign) -> None:
    """Have a single message sent now and not only by the next sweep."""
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if connection is not None:
        ring(send_singles, str(connection.pk))


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
            ring(send_singles, str(connection_id))
        wanted = _processes_for(rate_per_s)
        busy = locks.taken(f"floor:{connection_id}", slots=wanted)
        for _ in range(wanted - busy):
            ring(send_batches, str(connection_id))
            rung += 1
    return rung


def _processes_for(rate_per_s: float) -> int:
    most = int(settings.SENDING_PROCESSES)
    return max(1, min(most, round(rate_per_s / RATE_OF_A_PROCESS)))
