"""How far campaigns are: from the tallies, never by counting messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from messaging.models import Campaign
from messaging.selectors import tallies
from messaging.selectors.tallies import Totals
from messaging.states import AT_GATEWAY, AWAITING_REPORT, UNSETTLED, MessageState


@dataclass(frozen=True, slots=True)
class Progress:
    """Figures of one campaign; ``cost`` is EUR.

    ``recipients`` are those that a message is meant for, so without the skipped.
    """

    totals: Totals

    @property
    def recipients(self) -> int:
        return self.totals.total - self.skipped

    @property
    def settled(self) -> int:
        """Messages that need no more sending: at the gateway, refused, cancelled."""
        return self.recipients - self.totals.of(*UNSETTLED)

    @property
    def sent(self) -> int:
        return self.totals.of(*AT_GATEWAY)

    @property
    def delivered(self) -> int:
        return self.totals.of(MessageState.DELIVERED)

    @property
    def not_delivered(self) -> int:
        return self.totals.of(MessageState.UNDELIVERED, MessageState.EXPIRED)

    @property
    def undelivered(self) -> int:
        return self.totals.of(MessageState.UNDELIVERED)

    @property
    def expired(self) -> int:
        return self.totals.of(MessageState.EXPIRED)

    @property
    def awaiting(self) -> int:
        return self.totals.of(*AWAITING_REPORT)

    @property
    def refused(self) -> int:
        return self.totals.of(MessageState.REFUSED)

    @property
    def skipped(self) -> int:
        return self.totals.of(MessageState.SKIPPED)

    @property
    def cancelled(self) -> int:
        return self.totals.of(MessageState.CANCELLED)

    @property
    def unclear(self) -> int:
        return self.totals.of(MessageState.UNCLEAR)

    @property
    def waiting(self) -> int:
        return self.totals.of(MessageState.QUEUED, MessageState.SENDING)

    @property
    def cost(self) -> Decimal:
        return self.totals.cost

    @property
    def delivered_share(self) -> Decimal | None:
        """Delivered of sent, 0 to 1; None while nothing was sent."""
        return share(self.delivered, self.sent)

    @property
    def settled_share(self) -> Decimal | None:
        return share(self.settled, self.recipients)


def share(part: int, whole: int) -> Decimal | None:
    """Return part of whole, 0 to 1, or None of nothing."""
    return Decimal(part) / Decimal(whole) if whole > 0 else None


def of(campaigns: Iterable[Campaign]) -> dict[UUID, Progress]:
    """Return the progress of each campaign, asked in one query."""
    found = tallies.campaign_totals(campaign.pk for campaign in campaigns)
    return {pk: Progress(totals) for pk, totals in found.items()}


def of_one(campaign: Campaign) -> Progress:
    """Return the progress of one campaign."""
    return of([campaign])[campaign.pk]
