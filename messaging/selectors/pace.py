"""How fast a campaign is: from totals that were seen before, kept in the cache.

Each look at a running campaign leaves a sample (time, settled messages) behind; the
rate is the difference over about the last minute. That costs no query on messages,
is right after a pause, and everybody who watches sees the same figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection
from messaging.models import Campaign
from messaging.selectors.progress import Progress
from messaging.states import CampaignState

WINDOW_S = 60.0
# Two looks closer than this say more about chance than about the rate.
LEAST_S = 4.0
BETWEEN_SAMPLES_S = 1.5
STANDING_S = 20.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second, and seconds until all are settled; None: not known.

    ``is_measured`` is False while the figures are only the rate that was set.
    ``is_standing``: nothing moved for STANDING_S, so no time can be promised.
    """

    rate_per_s: float | None = None
    left_s: float | None = None
    is_measured: bool = False
    is_standing: bool = False


def of(campaign: Campaign, progress: Progress) -> Pace:
    """Return the pace of a campaign that is sending, and note this look."""
    if campaign.state != CampaignState.SENDING:
        return Pace()
    samples = _note(campaign, progress.settled)
    rate = _rate(samples)
    left = progress.recipients - progress.settled
    if rate is not None:
        return Pace(rate, left / rate if rate else None, is_measured=True)
    if left and samples[-1][0] - samples[0][0] >= STANDING_S:
        return Pace(is_measured=True, is_standing=True)
    planned = planned_rate(campaign)
    return Pace(None, left / planned if planned else None)


def planned_rate(campaign: Campaign) -> float | None:
    """Return the rate that was set: the campaign's own, else the connection's.

    An own one may be higher; it was given on purpose, and the engine goes by it.
    """
    if campaign.rate_per_s:
        return float(campaign.rate_per_s)
    connection = Connection.objects.filter(workspace_id=campaign.workspace_id).first()
    return float(connection.rate_per_s) if connection else None


def _note(campaign: Campaign, settled: int) -> list[tuple[float, int]]:
    # A resumed campaign starts new samples, else the pause would count.
    key = f"pace:{campaign.pk}:{campaign.updated_at.timestamp()}"
    now = timezone.now().timestamp()
    samples: list[tuple[float, int]] = [
        sample for sample in cache.get(key) or [] if sample[0] > now - WINDOW_S
    ]
    if not samples or now - samples[-1][0] >= BETWEEN_SAMPLES_S:
        samples.append((now, settled))
        cache.set(key, samples, timeout=2 * WINDOW_S)
        return samples
    return [*samples, (now, settled)]


def _rate(samples: list[tuple[float, int]]) -> float | None:
    (first_at, first), (last_at, last) = samples[0], samples[-1]
    if last_at - first_at < LEAST_S or last <= first:
        return None
    return (last - first) / (last_at - first_at)
