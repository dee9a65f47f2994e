"""What waits for a person's decision, and what either decision risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from contacts.models import Channel
from messaging import contents, options
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
    found = rows.values_list("country").annotate(Count("pk"), Sum("parts")).order_by()
    by_country = [(country, n, parts or 0) for country, n, parts in found]
    return Settlement(
        count=sum(n for _, n, _ in by_country),
        cost=_cost(campaign, by_country),
        newest=messages.unclear_for_person(campaign, most=SHOWN),
    )


def _cost(
    campaign: Campaign, by_country: Sequence[tuple[str, int, int]]
) -> Decimal | None:
    """Return what (country, messages, parts) cost at most; the dearest if unlisted."""
    channel, text = campaign.channel, campaign.text
    own = options.read(channel, campaign.options)
    known = channel_prices.of_message(campaign.workspace, channel, own, text)
    if not known:
        return None
    dearest = max(price.highest for price in known.values())
    units = 1 if channel == Channel.SMS else contents.units(channel, text)
    total = Decimal(0)
    for country, count, parts in by_country:
        each = known[country].highest if country in known else dearest
        total += each * max(count * units, parts)
    return total
