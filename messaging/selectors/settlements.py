"""What waits for a person's decision, and what either decision risks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import Connection
from accounts.selectors import prices
from messaging.models import Campaign, Message
from messaging.selectors import messages

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Settlement:
    """`cost` is the EUR that sending all of them again takes by today's prices."""

    count: int
    cost: Decimal
    newest: list[Message]

    @property
    def more(self) -> int:
        return self.count - len(self.newest)


def of(campaign: Campaign) -> Settlement:
    """Return the messages of a campaign that nothing but a person can settle."""
    rows = messages.for_person(campaign)
    found = rows.values_list("country").annotate(Count("pk"), Sum("parts")).order_by()
    price_of = _prices(campaign)
    by_country = list(found)
    return Settlement(
        count=sum(count for _, count, _ in by_country),
        cost=sum(
            (price_of.get(country, price_of[""]) * max(count, parts or 0))
            for country, count, parts in by_country
        )
        or Decimal(0),
        newest=messages.unclear_for_person(campaign, most=SHOWN),
    )


def _prices(campaign: Campaign) -> dict[str, Decimal]:
    """Return EUR of one part by country; the highest for countries without a price."""
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    known = prices.by_country(connection) if connection else {}
    highest = max((price.default for price in known.values()), default=Decimal(0))
    return {"": highest, **{code: price.default for code, price in known.items()}}
