"""What a part costs a number whose network is known, for bounds on spending.

A bound counts the dearest network of a country, because most networks are not known.
Where one is known, the same price holds that the forecast named; otherwise a campaign
to known numbers would stop at an agreed cost that it never reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from accounts.models import Connection
from accounts.selectors import prices
from contacts.models import Channel
from messaging.models import Message
from messaging.networks import KNOWN, Directory
from messaging.selectors import known_networks
from messaging.states import MessageState

# What is on its way is a second or two of the pace, and what is unclear. Should it be
# more, it counts at the dearest network.
MOST_ON_ITS_WAY = 5_000


class Flying(NamedTuple):
    """Parts of a message on its way, with the EUR of one."""

    campaign_id: UUID
    country: str
    parts: int
    price: Decimal


def of_numbers(
    connection: Connection, numbers: Iterable[tuple[str, str]]
) -> Mapping[str, Decimal]:
    """Return the EUR of a part by number, for numbers whose network is known.

    ``numbers`` are (number, country); an answer that may be out of date tells nothing.
    """
    country_of = dict(numbers)
    facts = known_networks.of(connection.workspace, list(country_of))
    if not facts:
        return {}
    directory = Directory(prices.by_country(connection), prices.by_network(connection))
    found: dict[str, Decimal] = {}
    for phone, fact in facts.items():
        network = directory.of(phone, country_of[phone], fact)
        if network.source == KNOWN and network.highest is not None:
            found[phone] = network.highest
    return found


def on_its_way(connection: Connection) -> list[Flying]:
    """Return the SMS of a workspace on their way whose network is known."""
    rows = list(
        Message.objects.filter(
            workspace=connection.workspace_id,
            channel=Channel.SMS,
            state__in=(MessageState.SENDING, MessageState.UNCLEAR),
        )
        # The order of the index that holds these rows alone.
        .order_by("lease_until")
        .values_list("campaign_id", "country", "recipient", "parts")[
            : MOST_ON_ITS_WAY + 1
        ]
    )
    if len(rows) > MOST_ON_ITS_WAY:
        return []
    known = of_numbers(connection, ((phone, country) for _, country, phone, _ in rows))
    return [
        Flying(campaign, country, parts, known[phone])
        for campaign, country, phone, parts in rows
        if phone in known
    ]
