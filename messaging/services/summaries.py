"""Keep what came of a campaign: work it out when it is old, at once or by a worker.

A few thousand messages take some milliseconds, so whoever opens the page gets figures
of this moment. More are worked out in the background; until then the page shows the
figures before with their time. ``asked_at`` outlives a lost bell and a killed worker:
the sweep rings again.
"""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from messaging import figures
from messaging.models import CallKeys, Campaign, InboundMessage, Reaction, Summary
from messaging.selectors import progress, summary_rows
from messaging.selectors.progress import Progress
from messaging.states import CampaignState

# Up to here a page works the figures out itself.
MAX_AT_ONCE = 5_000
# Between two times lies at least this, and so many times what one takes.
LEAST_PAUSE = timedelta(seconds=2)
PAUSE_FACTOR = 20
# Opt-outs and lookups leave no mark; once a day the figures are worked out anyway.
LONGEST = timedelta(days=1)
RING_AGAIN_AFTER = timedelta(seconds=30)
# A campaign that ended no longer ago gets its figures before anybody asks.
UNASKED_FOR = timedelta(hours=1)
OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)


def of(campaign: Campaign, found: Progress) -> Summary:
    """Return the summary as far as it is known, newly worked out if that is quick.

    ``asked_at`` is set when a worker has to be rung for.
    """
    summary = _get(campaign)
    marks = _marks(campaign, found, summary)
    if not _is_old(summary, marks):
        return summary
    if found.totals.total <= MAX_AT_ONCE:
        return work_out(campaign, marks=marks)
    return ask(campaign)


def ask(campaign: Campaign) -> Summary:
    """Note that newer figures are wanted; a worker is to be rung for."""
    summary = _get(campaign)
    if summary.asked_at is None:
        summary.asked_at = timezone.now()
        Summary.objects.update_or_create(
            campaign=campaign, defaults={"asked_at": summary.asked_at}
        )
    return summary


def refresh(campaign: Campaign) -> Summary:
    """Work the figures out again because a person wants it, or ask a worker to."""
    found = progress.of_one(campaign)
    if found.totals.total <= MAX_AT_ONCE:
        return work_out(campaign)
    return ask(campaign)


def work_out(campaign: Campaign, *, marks: list[str] | None = None) -> Summary:
    """Work the figures out and keep them."""
    began, started = timezone.now(), time.monotonic()
    if marks is None:
        marks = _marks(campaign, progress.of_one(campaign), _get(campaign))
    found = summary_rows.work_out(campaign, marks)
    summary, _is_new = Summary.objects.update_or_create(
        campaign=campaign,
        defaults={
            "figures": figures.to_json(found),
            "version": figures.VERSION,
            "computed_at": began,
            "took_ms": round((time.monotonic() - started) * 1000),
        },
    )
    # Who asks while we are at it wants what is newer than this.
    Summary.objects.filter(campaign=campaign, asked_at__lte=began).update(asked_at=None)
    summary.refresh_from_db(fields=["asked_at"])
    return summary


def work_out_by_id(campaign_id: UUID) -> bool:
    """Do the same for a worker; False when the campaign is gone."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        return False
    work_out(campaign)
    return True


def wanted() -> list[UUID]:
    """Return campaigns to ring for: asked for long ago, or over without figures."""
    now = timezone.now()
    lost = Summary.objects.filter(asked_at__lt=now - RING_AGAIN_AFTER)
    fresh = Campaign.objects.filter(
        Q(summary=None),
        kind=Campaign.Kind.BULK,
        state__in=OVER,
        finished_at__gte=now - UNASKED_FOR,
    )
    ids = [*lost.values_list("pk", flat=True)[:100]]
    return ids + list(fresh.values_list("pk", flat=True)[:100])


def _get(campaign: Campaign) -> Summary:
    found = Summary.objects.filter(campaign=campaign).first()
    return found or Summary(campaign=campaign)


def _marks(campaign: Campaign, found: Progress, kept: Summary) -> list[str]:
    """Return what changes with every message, reply and click, read in moments."""
    learnt = kept.learnt_at.isoformat() if kept.learnt_at else ""
    states = [f"{state}:{n}" for state, n in sorted(found.totals.states.items())]
    newest = [
        Reaction.objects.filter(campaign=campaign, kind=kind)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
        for kind in Reaction.Kind.values
    ]
    reply = InboundMessage.objects.filter(campaign=campaign).order_by("-pk")
    pressed = CallKeys.objects.filter(campaign=campaign).order_by("-changed_at")
    key = pressed.values_list("changed_at", flat=True).first()
    cost = (found.cost or Decimal(0)).normalize()
    last = [*newest, reply.values("pk").first(), key, learnt]
    return [*states, f"{cost:f}", *map(str, last)]


def _is_old(summary: Summary, marks: list[str]) -> bool:
    if summary.computed_at is None or summary.version != figures.VERSION:
        return True
    age = timezone.now() - summary.computed_at
    took = timedelta(milliseconds=summary.took_ms)
    if age < max(LEAST_PAUSE, PAUSE_FACTOR * took):
        return False
    return age > LONGEST or summary.figures.get("marks") != marks
