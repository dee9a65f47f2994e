"""What of the gateway's journals is here: our messages and contacts beside entries.

For a page of entries one query each, whatever its size: entries are matched in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Workspace
from contacts.models import Channel, Contact
from contacts.selectors import own_keys
from messaging import foreign_ids, spellings
from messaging.models import InboundMessage, Message
from messaging.services.inbound import SAME_WITHIN, sender_of
from seven_dashboard.gateway.resources.journal import (
    InboundEntry,
    JournalEntry,
    OutboundEntry,
    VoiceEntry,
)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and the rows of ours that it is about."""

    entry: Any
    message: Message | None = None
    received: InboundMessage | None = None
    contact: Contact | None = None

    @property
    def is_here(self) -> bool:
        return self.message is not None or self.received is not None


def lines(workspace: Workspace, entries: Sequence[JournalEntry]) -> list[Line]:
    """Return the entries of one journal, each with what is here of it."""
    if not entries:
        return []
    if isinstance(entries[0], InboundEntry):
        found = _received(workspace, entries)
    else:
        found = _sent(workspace, entries)
    return _with_contacts(workspace, found)


def person_of(entry: JournalEntry) -> str:
    """Return the number of the person, as the gateway spells it."""
    return entry.sender if isinstance(entry, InboundEntry) else entry.recipient


def _sent(workspace: Workspace, entries: Sequence[JournalEntry]) -> list[Line]:
    is_call = isinstance(entries[0], VoiceEntry)
    ids = [entry.id for entry in entries if entry.id]
    wanted = Q(gateway_id__in=ids) & _channels(is_call)
    named = [
        (entry, own)
        for entry in entries
        if isinstance(entry, OutboundEntry)
        and (own := foreign_ids.parse(entry.foreign_id))
    ]
    for entry, own in named:
        if own.message_id is None:
            number = f"+{spellings.digits(entry.recipient)}"
            wanted |= Q(campaign=own.campaign_id, recipient=number)
    wanted |= Q(pk__in=[own.message_id for _entry, own in named if own.message_id])
    rows = Message.objects.filter(wanted, workspace=workspace)
    known = list(rows.select_related("campaign", "contact").defer("variables"))
    by_gateway = {
        row.gateway_id: row
        for row in known
        if row.gateway_id and (row.channel == Channel.VOICE) == is_call
    }
    by_ours = {(row.campaign_id, row.pk): row for row in known}
    by_number = {(row.campaign_id, row.recipient): row for row in known}
    ours: dict[str, Message] = {}
    for entry, own in named:
        number = f"+{spellings.digits(entry.recipient)}"
        row = (
            by_ours.get((own.campaign_id, own.message_id))
            if own.message_id
            else by_number.get((own.campaign_id, number))
        )
        if row is not None:
            ours[entry.id] = row
    return [
        Line(entry, message=by_gateway.get(entry.id) or ours.get(entry.id))
        for entry in entries
    ]


def _channels(is_call: bool) -> Q:
    voice = Q(channel=Channel.VOICE)
    return voice if is_call else ~voice


def _received(workspace: Workspace, entries: Sequence[JournalEntry]) -> list[Line]:
    """Match as `services.inbound` does: by id, or the same text at about that time."""
    senders = {entry.id: sender_of(workspace, entry.sender) for entry in entries}
    times = [entry.sent_at for entry in entries if entry.sent_at]
    wanted = Q(gateway_id__in=list(senders))
    if times:
        around = (min(times) - SAME_WITHIN, max(times) + SAME_WITHIN)
        wanted |= Q(sender__in=set(senders.values()), received_at__range=around)
    rows = InboundMessage.objects.filter(wanted, workspace=workspace)
    by_sender: dict[str, list[InboundMessage]] = {}
    for row in rows.select_related("campaign", "contact"):
        by_sender.setdefault(row.sender, []).append(row)
    return [
        Line(entry, received=_same(entry, by_sender.get(senders[entry.id], [])))
        for entry in entries
    ]


def _same(entry: JournalEntry, rows: Sequence[InboundMessage]) -> InboundMessage | None:
    by_id = next((row for row in rows if row.gateway_id == entry.id), None)
    if by_id is not None or entry.sent_at is None:
        return by_id
    gaps = [
        (abs(row.received_at - entry.sent_at), row.pk, row)
        for row in rows
        if row.text == entry.text
    ]
    nearest = min(gaps, default=(timedelta.max, 0, None))
    return nearest[2] if nearest[0] <= SAME_WITHIN else None


def _with_contacts(workspace: Workspace, found: Sequence[Line]) -> list[Line]:
    """Add the contact of each number that no row of ours names."""
    numbers = {
        id(line): sender_of(workspace, person_of(line.entry))
        for line in found
        if not _contact_of(line)
    }
    ids = own_keys.by_phone(workspace, [n for n in numbers.values() if n])
    contacts = {row.phone: row for row in Contact.objects.filter(pk__in=ids.values())}
    return [
        Line(
            line.entry,
            line.message,
            line.received,
            _contact_of(line) or contacts.get(numbers.get(id(line), "")),
        )
        for line in found
    ]


def _contact_of(line: Line) -> Contact | None:
    row = line.message or line.received
    return row.contact if row else None
