"""Figures that are worked out beforehand."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from messaging.services import squashing, summaries
from messaging.tasks.bells import ring
from seven_dashboard import locks, queues
from seven_dashboard.locks import Report


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("squash-tallies", 60.0)
def squash_tallies() -> Report:
    return dict(squashing.squash())


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
    ring(work_out_summary, str(campaign_id))
