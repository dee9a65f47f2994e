"""What waits for a person's decision, and what either decision risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import Greatest

from messaging import options
from messaging.models import Campaign, Message
from messaging.selectors import channel_prices, messages

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Settlement:
    """`cost` is the EUR that sending all of them again takes at most, by today's
    prices; None where no price is known."""

    count: int
    cost: Decimal | None
    newest: list[Message]

    @property
    def is_still_asked(self) -> bool:
        """Say whether the journal may yet tell of the newest of them."""
        return any(message.lease_until for message in self.newest)

    @property
    def more(self) -> int:
        return self.count - len(self.newest)


def of(campaign: Campaign) -> Settlement:
    """Return the messages of a campaign that a person may settle."""
    rows = messages.for_person(campaign)
    units = Sum(Greatest("units", "parts", 1))
    found = rows.values_list("country").annotate(Count("pk"), most=units).order_by()
    by_country = [(country, n, most) for country, n, most in found]
    return Settlement(
        count=sum(n for _, n, _ in by_country),
        cost=_cost(campaign, by_country),
        newest=messages.unclear_for_person(campaign, most=SHOWN),
    )


def _cost(
    campaign: Campaign, by_country: Sequence[tuple[str, int, int]]
) -> Decimal | None:
    """Return what (country, messages, units) cost at most; the dearest if unlisted."""
    channel = campaign.channel
    own = options.read(channel, campaign.options)
    known = channel_prices.of_message(campaign.workspace, channel, own)
    if not known:
        return None
    dearest = max(price.highest for price in known.values())
    return sum(
        (
            units * (known[country].highest if country in known else dearest)
            for country, _count, units in by_country
        ),
        Decimal(0),
    )
