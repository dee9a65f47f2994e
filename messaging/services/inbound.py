"""Keep what people write to us, and act on STOP at once."""

from __future__ import annotations

import re

from django.utils import timezone

from accounts.models import Workspace
from contacts import phone
from contacts.models import Channel, Contact, OptOut
from contacts.services import opt_outs
from messaging import stop_words
from messaging.models import InboundMessage, WebhookEvent
from seven_dashboard.gateway.events import GatewayEvent, InboundSms, RcsInbound

_DIGITS = re.compile(r"[+0-9 ()/.-]{6,32}")


def keep(
    *, workspace: Workspace, stored: WebhookEvent, event: GatewayEvent
) -> InboundMessage:
    """Store an inbound message once; a STOP opts its number out of every channel.

    Repeating is harmless: the message is unique by its id, the opt-out by its number.
    """
    data = event.data
    if not isinstance(data, InboundSms | RcsInbound):
        raise TypeError("not an inbound message")
    is_rcs = isinstance(data, RcsInbound) or data.message_type.upper() == "RCS"
    number = _number_of(data.sender, country=workspace.country)
    sender = number or data.sender[:32]
    is_opt_out = bool(number) and stop_words.is_stop(data.text)
    message, _ = InboundMessage.objects.get_or_create(
        workspace=workspace,
        channel=Channel.RCS if is_rcs else Channel.SMS,
        gateway_id=data.id[:32],
        defaults={
            "contact": _contact(workspace, sender),
            "sender": sender,
            "recipient": _recipient(data)[:64],
            "text": data.text,
            "is_opt_out": is_opt_out,
            "received_at": event.occurred_at or stored.received_at or timezone.now(),
        },
    )
    if is_opt_out:
        opt_outs.add(
            workspace=workspace,
            phone=sender,
            source=OptOut.Source.REPLY,
            reason=data.text[:200],
        )
    return message


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
    return f"+{digits}" if is_number else ""


def _with_plus(sender: str) -> str:
    # gateway.md 4: digits with the country code and without a plus.
    return f"+{sender}" if sender.isdigit() and not sender.startswith("0") else sender


def _contact(workspace: Workspace, sender: str) -> Contact | None:
    return Contact.objects.filter(workspace=workspace, phone=sender).first()


def _recipient(data: InboundSms | RcsInbound) -> str:
    return data.recipient if isinstance(data, InboundSms) else data.agent_id or ""
