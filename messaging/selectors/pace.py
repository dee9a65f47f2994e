"""How fast a campaign is: from totals that were seen before, kept in the cache.

Looks at a running campaign leave samples (time, settled messages) behind, one for each
change they see; the rate is the difference over about the last minute. That costs no
query on messages, is right after a pause, and everybody who watches sees the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection
from messaging.models import Campaign
from messaging.selectors import time_left
from messaging.selectors.progress import Progress
from messaging.states import CampaignState

Sample = tuple[float, int]

WINDOW_S = 60.0
# At a slow pace a minute brings few messages: so many are waited for, but not longer.
LEAST_MESSAGES, LONGEST_S = 20, 1800.0
# Two looks closer than this say more about chance than about the rate.
LEAST_S = 4.0
BETWEEN_SAMPLES_S = 1.5
STANDING_S = 20.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second, and seconds until all are settled; None: not known.

    ``is_measured`` is False while the figures are only the rate that was set.
    ``is_standing``: nothing moved for STANDING_S, or for what three messages take at
    the rate that was set, so no time can be promised.
    """

    rate_per_s: float | None = None
    left_s: float | None = None
    is_measured: bool = False
    is_standing: bool = False


def of(campaign: Campaign, progress: Progress) -> Pace:
    """Return the pace of a campaign that is sending, and note this look."""
    if campaign.state != CampaignState.SENDING:
        return Pace()
    now = timezone.now().timestamp()
    samples = _note(campaign, progress.settled, now)
    left = progress.recipients - progress.settled
    planned = planned_rate(campaign)
    patience_s = max(STANDING_S, 3 / planned if planned else 0.0)
    if left and now - samples[-1][0] >= patience_s:
        return Pace(is_measured=True, is_standing=True)
    rate = _rate(samples, now)
    if rate is not None:
        return Pace(rate, _left_s(campaign, left, rate), is_measured=True)
    return Pace(None, _left_s(campaign, left, planned) if planned else None)


def _left_s(campaign: Campaign, left: int, rate_per_s: float) -> float | None:
    return time_left.of(campaign, left=left, rate_per_s=rate_per_s) if left else 0.0


def planned_rate(campaign: Campaign) -> float | None:
    """Return the rate that was set: the campaign's own, else the connection's.

    An own one may be higher; it was given on purpose, and the engine goes by it.
    """
    if campaign.rate_per_s:
        return float(campaign.rate_per_s)
    connection = Connection.objects.filter(workspace_id=campaign.workspace_id).first()
    return float(connection.rate_per_s) if connection else None


def _note(campaign: Campaign, settled: int, now: float) -> list[Sample]:
    """Return the samples with this look, which is kept when something has moved."""
    # A resumed campaign starts new samples, else the pause would count.
    key = f"pace:{campaign.pk}:{campaign.updated_at.timestamp()}"
    known: list[Sample] = cache.get(key) or []
    samples = [sample for sample in known if _counts(sample, settled, now)]
    if samples and settled == samples[-1][1]:
        return samples
    with_this = [*samples, (now, settled)]
    if not samples or now - samples[-1][0] >= BETWEEN_SAMPLES_S:
        cache.set(key, with_this, timeout=2 * LONGEST_S)
    return with_this


def _counts(sample: Sample, settled: int, now: float) -> bool:
    at, before = sample
    is_few = settled - before < LEAST_MESSAGES and at > now - LONGEST_S
    # While nothing moves, when it did last is what there is to know.
    return is_few or at > now - WINDOW_S or settled == before


def _rate(samples: list[Sample], now: float) -> float | None:
    # The first look may come long after a message; each other one saw something move.
    moved = samples[1:] if len(samples) > 2 else samples
    (first_at, first), (last_at, last) = moved[0], moved[-1]
    if last_at - first_at < LEAST_S or last <= first:
        return None
    rate = (last - first) / (last_at - first_at)
    # Nothing for longer than two more should have taken: it has become slower.
    is_late = now - last_at > 2 / rate + LEAST_S
    return (last - first) / (now - first_at) if is_late else rate
