from __future__ import annotations

from messaging.models.callers import Caller
from messaging.models.calls import CallKeys, IncomingCall, KeyPress
from messaging.models.campaign_files import CampaignFile
from messaging.models.campaigns import AfterHours, Campaign, HoursKept, StartClock
from messaging.models.conversations import (
    Conversation,
    ConversationEntry,
    SavedAnswer,
)
from messaging.models.events import (
    EventSettings,
    InboundMessage,
    RefusedEvent,
    WebhookEvent,
)
from messaging.models.inbox_settings import InboxSettings
from messaging.models.journal_exports import JournalExport
from messaging.models.messages import Message
from messaging.models.number_lists import ListedNumber, NumberList, NumberRefusal
from messaging.models.reactions import Reaction
from messaging.models.readings import InboundReading, OutboundReading
from messaging.models.recipient_exports import RecipientExport
from messaging.models.rules import CountryLimit, SendingRules
from messaging.models.stop_rules import StopRules, StopWord
from messaging.models.summaries import Summary
from messaging.models.tallies import DayTally, LabelTally, Tally
from messaging.models.templates import Template, TemplateVersion

__all__ = [
    "AfterHours",
    "CallKeys",
    "Caller",
    "Campaign",
    "CampaignFile",
    "Conversation",
    "ConversationEntry",
    "CountryLimit",
    "DayTally",
    "EventSettings",
    "HoursKept",
    "InboundMessage",
    "InboundReading",
    "InboxSettings",
    "IncomingCall",
    "JournalExport",
    "KeyPress",
    "LabelTally",
    "ListedNumber",
    "Message",
    "NumberList",
    "NumberRefusal",
    "OutboundReading",
    "Reaction",
    "RecipientExport",
    "SavedAnswer",
    "Summary",
    "RefusedEvent",
    "SendingRules",
    "StartClock",
    "StopRules",
    "StopWord",
    "Tally",
    "Template",
    "TemplateVersion",
    "WebhookEvent",
]
