"""How long a campaign still takes: by its rate, by what is due later, by its hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from messaging import hours as clock
from messaging.models import Campaign, Message
from messaging.selectors import timetables
from messaging.states import MessageState


def of(campaign: Campaign, *, left: int, rate_per_s: float) -> float:
    """Return seconds until the last of `left` messages is done; one look at an index.

    Not before the last one is due, as with a spread or a start by each recipient's
    clock; and only the time counts in which it may be sent, by the workspace's clock.
    """
    now = timezone.now()
    by_rate = _by_the_clock(campaign, now, left / rate_per_s)
    last_due = _last_due(campaign)
    by_plan = (last_due - now).total_seconds() if last_due else 0.0
    return max(by_rate, by_plan)


def _by_the_clock(campaign: Campaign, now: datetime, length_s: float) -> float:
    """Return how long it is until so many seconds of the sending hours have passed."""
    hours = timetables.hours_of(campaign)
    if hours.is_any:
        return length_s
    stretches = clock.waiting(hours, campaign.workspace.time_zone, now, length_s)
    last = next(part for part in stretches if length_s < part.until)
    ends = last.opens + timedelta(seconds=length_s - last.since)
    return (ends - now).total_seconds()


def _last_due(campaign: Campaign) -> datetime | None:
    waiting = Message.objects.filter(campaign=campaign, state=MessageState.QUEUED)
    return waiting.order_by("-due_at", "-pk").values_list("due_at", flat=True).first()
