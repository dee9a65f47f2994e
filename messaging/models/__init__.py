from __future__ import annotations

from messaging.models.campaigns import Campaign
from messaging.models.events import InboundMessage, WebhookEvent
from messaging.models.messages import Message
from messaging.models.reactions import Reaction
from messaging.models.readings import InboundReading
from messaging.models.recipient_exports import RecipientExport
from messaging.models.summaries import Summary
from messaging.models.tallies import Tally

__all__ = [
    "Campaign",
    "InboundMessage",
    "InboundReading",
    "Message",
    "Reaction",
    "RecipientExport",
    "Summary",
    "Tally",
    "WebhookEvent",
]
