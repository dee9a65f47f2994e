"""What networks are called: by the price list of the connection, else by a lookup."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Connection
from accounts.selectors import prices
from contacts.selectors import number_facts
from messaging.models import Message


def by_digits(workspace_id: UUID) -> dict[str, str]:
    """Return what the price list calls each network, by its digits (mcc and mnc)."""
    connection = Connection.objects.filter(workspace=workspace_id).first()
    names: dict[str, str] = {}
    for listed in prices.by_network(connection).values() if connection else ():
        for network in listed:
            for code in network.codes if network.name else ():
                names.setdefault(code, network.name)
    return names


def of(message: Message) -> str:
    """Return the network of a message, "" where neither journal nor lookup told it."""
    names = by_digits(message.workspace_id)
    if message.mccmnc:
        return names.get(message.mccmnc) or message.mccmnc
    fact = number_facts.of_number(message.workspace, message.recipient)
    return (names.get(fact.mccmnc) or fact.network or fact.mccmnc) if fact else ""
