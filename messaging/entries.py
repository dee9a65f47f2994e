"""What an entry of the gateway's journal says about a message of ours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from messaging import foreign_ids
from messaging.foreign_ids import Match
from messaging.outcomes import storable_price
from messaging.states import AWAITING_REPORT, FROM_REPORT, MessageState
from seven_dashboard.gateway.resources.journal import JournalEntry, OutboundEntry

NETWORK_MAX = 8
# Longer than any network keeps a message.
_LATENCY_MAX_S = 30 * 86_400

if TYPE_CHECKING:
    from messaging.models import Message


def match(entry: OutboundEntry, message: Message) -> Match:
    """Say whether an entry is about a message, by foreign id and number."""
    return foreign_ids.match(
        entry.foreign_id,
        entry.recipient,
        campaign_id=message.campaign_id,
        message_id=message.pk,
        recipient=message.recipient,
    )


def may_be_since(entry: JournalEntry, since: datetime) -> bool:
    """Say whether an entry may have been written at a time or after it.

    The gateway names no offset: an hour that comes twice in autumn may be the second.
    """
    at = entry.sent_at
    return at is None or at.replace(fold=1) >= since


def network_of(entry: OutboundEntry) -> str:
    """Return the network that it went through (mcc and mnc), "" while unknown."""
    return (entry.mccmnc or "")[:NETWORK_MAX]


def latency_of(entry: OutboundEntry) -> float | None:
    """Return how many seconds it was on its way; None for no measure, or nonsense."""
    seconds = entry.latency_s
    is_measure = seconds is not None and 0 <= seconds < _LATENCY_MAX_S
    return float(seconds) if seconds is not None and is_measure else None


def state_of(entry: OutboundEntry) -> MessageState:
    """Return what became of it so far; it was accepted in any case."""
    return FROM_REPORT.get((entry.status or "").upper(), MessageState.ACCEPTED)


def price_of(entry: OutboundEntry) -> Decimal | None:
    """Return the EUR it cost, None while that is not known.

    RCS is billed with its delivery; before that the journal shows 0.
    """
    price = storable_price(entry.price)
    is_open = entry.channel.upper() == "RCS" and state_of(entry) in AWAITING_REPORT
    return None if is_open and not price else price
