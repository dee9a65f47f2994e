"""What a campaign may still spend: asked under its lock, before messages are claimed.

Everything that bounds spending is asked here, so that it holds over all processes: the
campaign's row is locked while a claim is made, and what is on its way counts as spent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from messaging.models import Campaign, Tally
from messaging.states import MessageState

PriceOf = Callable[[str], Decimal]
# What an estimate may be off before it counts as spending more than agreed.
TOLERANCE = Decimal("1.01")


@dataclass(slots=True)
class Bound:
    """EUR left to spend, None for no bound; `price_of` gives one part to a country."""

    left: Decimal | None
    price_of: PriceOf
    # The word that pauses the campaign, once something did not fit.
    reached: str = ""

    def covers(self, country: str, parts: int) -> bool:
        """Take the cost of a message off; False when it would be too much."""
        if self.left is None:
            return True
        self.left -= self.price_of(country) * max(parts, 1)
        if self.left < 0:
            self.reached = "cost"
        return not self.reached


def bound_of(campaign: Campaign, *, price_of: PriceOf) -> Bound:
    """Return what may still be spent for a campaign, whose row is locked."""
    if campaign.cost_agreed is None:
        return Bound(None, price_of)
    on_its_way = Q(state__in=(MessageState.SENDING, MessageState.UNCLEAR))
    rows = (
        Tally.objects.filter(campaign=campaign)
        .values_list("country")
        .annotate(spent=Sum("cost"), pending=Sum("parts", filter=on_its_way))
    )
    left = campaign.cost_agreed * TOLERANCE
    for country, cost, parts in rows:
        left -= (cost or Decimal(0)) + (parts or 0) * price_of(country)
    return Bound(left, price_of)
