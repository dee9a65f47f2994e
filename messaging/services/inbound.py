"""Keep what people write to us, and act on STOP at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from contacts import phone
from contacts.models import Channel
from contacts.number_forms import forms, of_today
from contacts.selectors import contacts
from contacts.services import persons
from messaging import attribution, presence, rcs_attachments
from messaging.models import InboundMessage, Message
from messaging.rcs_attachments import Content
from messaging.selectors import stop_rules
from messaging.services import conversation_rows, wishes
from messaging.states import SENT
from messaging.stop_words import Meaning
from seven_dashboard.gateway.events import GatewayEvent, InboundSms, RcsInbound
from seven_dashboard.gateway.resources.journal import InboundEntry

_DIGITS = re.compile(r"[+0-9 ()/.-]{6,32}")


# gateway.md 3.2 and 4 show ids of one kind in webhooks and in the journal, but nobody
# says that they are the same. So the same text of a sender at about the same time, told
# by the other way, counts as the same message too.
SAME_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message from a person, whichever way we learned of it."""

    gateway_id: str
    sender: str
    recipient: str
    text: str
    at: datetime
    channel: str = Channel.SMS
    is_from_journal: bool = False
    # RCS: what there is besides words.
    content: Content | None = None


def of_event(event: GatewayEvent, *, received_at: datetime | None) -> Received:
    """Return the message of a webhook; `received_at` counts if it tells no time."""
    data = event.data
    if not isinstance(data, InboundSms | RcsInbound):
        raise TypeError("not an inbound message")
    is_rcs = isinstance(data, RcsInbound) or data.message_type.upper() == "RCS"
    return Received(
        gateway_id=data.id[:32],
        sender=data.sender,
        recipient=_recipient(data),
        text=data.text,
        at=event.occurred_at or received_at or timezone.now(),
        channel=Channel.RCS if is_rcs else Channel.SMS,
        content=rcs_attachments.read(event.raw["data"]) if is_rcs else None,
    )


def of_entry(entry: InboundEntry) -> Received:
    """Return the message of a line in the journal, which does not tell the channel."""
    return Received(
        gateway_id=entry.id[:32],
        sender=entry.sender,
        recipient=entry.recipient,
        text=entry.text,
        at=entry.sent_at or timezone.now(),
        is_from_journal=True,
    )


@transaction.atomic
def keep(
    *, workspace: Workspace, received: Received, in_journal: Collection[str] = ()
) -> bool:
    """Store a message once; a STOP opts its number out of every channel.

    Repeating is harmless, also by the other way and also after a person has taken the
    number off the list again. `in_journal` are ids that the journal holds for sure.
    Returns whether the message is new.
    """
    number = _number_of(received.sender, country=workspace.country)
    sender = number or received.sender[:32]
    if _is_stored(workspace, sender, received):
        return False
    meaning = _meaning(workspace, number, received.text)
    if _is_told_already(workspace, sender, received, in_journal):
        if meaning == Meaning.STOP:
            # It may be another one all the same, said after a START in between.
            unsaved = _unsaved(workspace, sender, received)
            wishes.act(unsaved, number, meaning, is_new=False)
        return False
    answered = _answered(workspace, sender, received.at)
    if meaning:
        # A merge under way comes before, and is seen, or after, and sees the wish.
        persons.hold(workspace, number)
    message, is_new = InboundMessage.objects.get_or_create(
        workspace=workspace,
        channel=received.channel,
        gateway_id=received.gateway_id,
        defaults={
            "contact": contacts.by_phone(workspace, sender),
            "sender": sender,
            "recipient": received.recipient[:64],
            "text": received.text,
            "content": received.content,
            "is_opt_out": meaning == Meaning.STOP,
            "is_opt_in": meaning == Meaning.START,
            "is_from_journal": received.is_from_journal,
            "received_at": received.at,
            "answers": answered,
            "campaign_id": answered.campaign_id if answered else None,
        },
    )
    if is_new:
        conversation_rows.heard(message)
        if message.channel == Channel.RCS:
            presence.note_written(workspace.pk, sender)
    else:
        # Somebody else's message has this id. It is not kept, but a STOP never lost.
        message = _unsaved(workspace, sender, received)
    wishes.act(message, number, meaning, is_new=is_new)
    return is_new


def _unsaved(workspace: Workspace, sender: str, received: Received) -> InboundMessage:
    return InboundMessage(
        workspace=workspace,
        channel=received.channel,
        sender=sender,
        text=received.text,
        received_at=received.at,
    )


def sender_of(workspace: Workspace, sender: str) -> str:
    """Return the sender as it is stored: E.164, or a name as it came."""
    return _number_of(sender, country=workspace.country) or sender[:32]


def _answered(workspace: Workspace, sender: str, at: datetime) -> Message | None:
    """Return the last message that a number had got by then, if not long before."""
    before = at + attribution.CLOCKS
    return (
        Message.objects.filter(
            workspace=workspace,
            recipient__in=forms(sender),
            state__in=SENT,
            attempted_at__range=(before - attribution.WINDOW, before),
        )
        .only("campaign_id")
        .order_by("-attempted_at", "-pk")
        .first()
    )


def _is_stored(workspace: Workspace, sender: str, received: Received) -> bool:
    """Say whether we have this very message, by its id."""
    same = InboundMessage.objects.filter(
        workspace=workspace,
        sender__in=forms(sender),
        channel__in=(Channel.SMS, Channel.RCS),
        gateway_id=received.gateway_id,
    ).first()
    if same is not None:
        _add_what_the_journal_lacks(same, received)
    return same is not None


def _is_told_already(
    workspace: Workspace, sender: str, received: Received, in_journal: Collection[str]
) -> bool:
    """Say whether the other way has told what seems to be this message."""
    return (
        InboundMessage.objects.filter(
            workspace=workspace,
            sender__in=forms(sender),
            text=received.text,
            is_from_journal=not received.is_from_journal,
            received_at__range=(
                received.at - SAME_WITHIN,
                received.at + SAME_WITHIN,
            ),
        )
        # What the journal holds under its own id is another message.
        .exclude(gateway_id__in=in_journal)
        .exists()
    )


def _add_what_the_journal_lacks(same: InboundMessage, received: Received) -> None:
    if not same.is_from_journal or received.is_from_journal:
        return
    if (same.channel, same.content) == (received.channel, received.content):
        return
    same.channel, same.content = received.channel, received.content
    same.save(update_fields=["channel", "content"])
    conversation_rows.corrected(same)


def _meaning(workspace: Workspace, number: str, text: str) -> Meaning:
    """Return what a message from a number says; a name cannot be written to."""
    return stop_rules.lexicon(workspace).meaning(text) if number else Meaning.NONE


def _number_of(sender: str, *, country: str) -> str:
    """Return the sender as E.164, "" for a name.

    Digits that no numbering plan knows count as a number: a STOP must not be lost
    because a country has opened new numbers since.
    """
    number = phone.parse(_with_plus(sender), country=country)
    if number is not None:
        return number.e164
    digits = re.sub(r"[^0-9]", "", sender).lstrip("0")
    is_number = _DIGITS.fullmatch(sender) and 6 <= len(digits) <= 15
    return of_today(f"+{digits}") if is_number else ""


def _with_plus(sender: str) -> str:
    # gateway.md 4: digits with the country code and without a plus.
    return f"+{sender}" if sender.isdigit() and not sender.startswith("0") else sender


def _recipient(data: InboundSms | RcsInbound) -> str:
    return data.recipient if isinstance(data, InboundSms) else data.agent_id or ""
