"""Everything the page of a launched campaign shows, in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from messaging.models import Campaign, Message
from messaging.selectors import messages, pace, progress, troubles
from messaging.selectors.pace import Pace
from messaging.selectors.progress import Progress
from messaging.selectors.troubles import Trouble
from messaging.states import CampaignState

RUNNING_POLL_S = 2
REPORTS_POLL_S = 10
# Reports that have not come by then are looked at without hurry.
REPORTS_WATCHED = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Live:
    """``poll_s``: look again after so many seconds; 0 once nothing will change soon."""

    campaign: Campaign
    progress: Progress
    pace: Pace
    troubles: list[Trouble] = field(default_factory=list)
    unclear: list[Message] = field(default_factory=list)
    poll_s: int = 0

    @property
    def can_retry(self) -> bool:
        return any(trouble.can_retry for trouble in self.troubles)

    @property
    def cost_share(self) -> Decimal | None:
        """Cost so far of the agreed cost, 0 to 1 and above; None without a bound."""
        agreed = self.campaign.cost_agreed
        return self.progress.cost / agreed if agreed else None


def of(campaign: Campaign) -> Live:
    """Return what there is to see of a launched campaign."""
    found = progress.of_one(campaign)
    has_trouble = found.refused or found.not_delivered or found.skipped
    return Live(
        campaign=campaign,
        progress=found,
        pace=pace.of(campaign, found),
        troubles=troubles.newest(campaign) if has_trouble else [],
        unclear=messages.unclear_for_person(campaign) if found.unclear else [],
        poll_s=_poll_s(campaign, found),
    )


def _poll_s(campaign: Campaign, found: Progress) -> int:
    if campaign.state in (
        CampaignState.PREPARING,
        CampaignState.SENDING,
        CampaignState.PAUSED,
    ):
        return RUNNING_POLL_S
    is_fresh = (
        campaign.finished_at is not None
        and timezone.now() - campaign.finished_at < REPORTS_WATCHED
    )
    return REPORTS_POLL_S if is_fresh and (found.awaiting or found.waiting) else 0
