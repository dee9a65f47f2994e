from __future__ import annotations

from messaging.models.campaigns import Campaign
from messaging.models.events import InboundMessage, WebhookEvent
from messaging.models.messages import Message
from messaging.models.number_lists import ListedNumber, NumberList, NumberRefusal
from messaging.models.reactions import Reaction
from messaging.models.readings import InboundReading
from messaging.models.recipient_exports import RecipientExport
from messaging.models.summaries import Summary
from messaging.models.tallies import Tally
from messaging.models.templates import Template, TemplateVersion

__all__ = [
    "Campaign",
    "InboundMessage",
    "InboundReading",
    "ListedNumber",
    "Message",
    "NumberList",
    "NumberRefusal",
    "Reaction",
    "RecipientExport",
    "Summary",
    "Tally",
    "Template",
    "TemplateVersion",
    "WebhookEvent",
]
