"""Whether an entry of the gateway's journal is an attempt of a message of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging import foreign_ids
from messaging.foreign_ids import Match
from seven_dashboard.gateway.resources.journal import OutboundEntry

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
