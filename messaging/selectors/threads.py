"""Read one conversation: what was said on both sides, and what the team noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from accounts.models import User, Workspace
from contacts.models import Channel, OptOut
from contacts.number_forms import forms
from messaging import rcs_attachments
from messaging.models import (
    Conversation,
    ConversationEntry,
    InboundMessage,
    IncomingCall,
    Message,
    Reaction,
)
from messaging.rcs_attachments import SentFile, SentPlace
from messaging.selectors import own_numbers, streams, timeline
from messaging.selectors.streams import SIZE, Entry
from messaging.ways import Way

MESSAGE, REPLY, ACT, CALL = "message", "reply", "act", "call"
SOURCES = (MESSAGE, REPLY, ACT, CALL)
# Numbers and agents that a person wrote to are looked for in so many messages.
WAYS_OF = 50
# Conversations that one act may be for.
MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it. ``is_first_new``: nobody had seen it before."""

    entry: Entry
    file: SentFile | None = None
    place: SentPlace | None = None
    is_read: bool = False
    is_first_new: bool = False

    @property
    def source(self) -> str:
        return self.entry.source

    @property
    def pk(self) -> int:
        return int(self.entry.row.pk)

    @property
    def key(self) -> str:
        return f"{self.source}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Thread:
    """A page, the oldest first; ``older`` is the cursor of the page before, or None."""

    lines: list[Line]
    older: str | None


def get(workspace: Workspace, conversation_id: UUID) -> Conversation:
    """Return a conversation of the workspace, or raise Http404."""
    rows = Conversation.objects.filter(workspace=workspace, uuid=conversation_id)
    found = rows.select_related("workspace", "assigned_to", "answered_by").first()
    if found is None:
        raise Http404
    return found


def find(workspace: Workspace, conversation_id: str) -> Conversation | None:
    """Return a conversation of the workspace by an id as an address has it, or None."""
    wanted = _uuid(conversation_id)
    try:
        return get(workspace, wanted) if wanted is not None else None
    except Http404:
        return None


def chosen(workspace: Workspace, ids: Iterable[str]) -> list[Conversation]:
    """Return those of the workspace's conversations that a form has ticked."""
    wanted = [found for text in ids if (found := _uuid(text)) is not None]
    rows = Conversation.objects.filter(workspace=workspace, uuid__in=wanted[:MOST])
    return list(rows.select_related("workspace").order_by("pk"))


def note(workspace: Workspace, note_id: int) -> ConversationEntry:
    """Return a note of one of the workspace's conversations, or raise Http404."""
    rows = ConversationEntry.objects.filter(conversation__workspace=workspace)
    notes = rows.filter(kind=ConversationEntry.Kind.NOTE, pk=note_id).exclude(text="")
    found = notes.select_related("conversation__workspace", "actor").first()
    if found is None:
        raise Http404
    return found


def line_of(entry: ConversationEntry) -> Line:
    """Return a note or an act of the team as a line."""
    return Line(Entry(ACT, entry.at, entry))


def of_number(workspace: Workspace, number: str) -> Conversation | None:
    """Return the conversation with a number, or None."""
    rows = Conversation.objects.filter(workspace=workspace, number__in=forms(number))
    found = {row.number: row for row in rows}
    return found.get(number) or next(iter(found.values()), None)


def of(conversation: Conversation, *, before: str = "", unread: int = 0) -> Thread:
    """Return a page of a conversation; the last ``unread`` that came in are new."""
    fetches = {
        MESSAGE: lambda key: _messages(conversation, key),
        REPLY: lambda key: _replies(conversation, key),
        ACT: lambda key: _acts(conversation, key),
        CALL: lambda key: _calls(conversation, key),
    }
    entries, older = streams.page(fetches, before, order=SOURCES)
    return Thread(_lines(entries[::-1], unread), older)


def ways(conversation: Conversation) -> list[Way]:
    """Return how the person can be answered: what they wrote to last goes first.

    Numbers that they called follow, where those can text. Without channels they have
    opted out of, unless that leaves none.
    """
    came = InboundMessage.objects.filter(
        workspace=conversation.workspace_id, sender__in=forms(conversation.number)
    )
    newest = came.order_by("-pk").values_list("channel", "recipient")[:WAYS_OF]
    used = [
        Way(channel, recipient)
        for channel, recipient in newest
        if channel == Channel.SMS or recipient
    ]
    # What the account has set as its sender, where nothing else is known.
    called = _called(conversation)
    found = list(dict.fromkeys([*used, *called, Way(Channel.SMS, "")]))
    closed = {entry.channel for entry in opt_outs(conversation)}
    return [way for way in found if way.channel not in closed] or found


def _called(conversation: Conversation) -> list[Way]:
    calls = IncomingCall.objects.filter(
        workspace=conversation.workspace_id, caller__in=forms(conversation.number)
    )
    newest = calls.order_by("-pk").values_list("recipient", flat=True)[:WAYS_OF]
    numbers = list(dict.fromkeys(newest))
    if not numbers:
        return []
    texting = own_numbers.of(conversation.workspace, has_sms=True)
    mine = [number for number in numbers if number in texting]
    return [Way(Channel.SMS, number.removeprefix("+")) for number in mine]


def newest_rcs(conversation: Conversation) -> InboundMessage | None:
    """Return the newest message that came in if it is RCS."""
    rows = InboundMessage.objects.filter(
        workspace=conversation.workspace_id, sender__in=forms(conversation.number)
    )
    newest = rows.order_by("-pk").first()
    return newest if newest and newest.channel == Channel.RCS else None


def opt_outs(conversation: Conversation) -> list[OptOut]:
    """Return the opt-outs of the number, the oldest first."""
    rows = OptOut.objects.filter(
        workspace=conversation.workspace_id, phone=conversation.number
    )
    return list(rows.order_by("id"))


def names(people: Iterable[UUID]) -> list[str]:
    """Return how members are called, in the order of their ids."""
    wanted = list(people)
    known = User.objects.in_bulk(wanted)
    return [known[one].display_name for one in wanted if one in known]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _messages(conversation: Conversation, key: int | None) -> list[Entry]:
    rows = Message.objects.filter(
        workspace=conversation.workspace_id, recipient__in=forms(conversation.number)
    )
    rows = rows.select_related("campaign__created_by").defer("variables")
    return [timeline.of_message(row) for row in _before(rows, key)]


def _replies(conversation: Conversation, key: int | None) -> list[Entry]:
    rows = InboundMessage.objects.filter(
        workspace=conversation.workspace_id, sender__in=forms(conversation.number)
    )
    rows = rows.select_related("campaign")
    return [Entry(REPLY, row.received_at, row) for row in _before(rows, key)]


def _acts(conversation: Conversation, key: int | None) -> list[Entry]:
    rows = ConversationEntry.objects.filter(conversation=conversation)
    rows = rows.select_related("actor", "person")
    return [Entry(ACT, row.at, row) for row in _before(rows, key)]


def _calls(conversation: Conversation, key: int | None) -> list[Entry]:
    rows = IncomingCall.objects.filter(
        workspace=conversation.workspace_id, caller__in=forms(conversation.number)
    )
    return [Entry(CALL, row.called_at, row) for row in _before(rows, key)]


def _before(rows: Any, key: int | None) -> list[Any]:
    if key is not None:
        rows = rows.filter(pk__lt=key)
    return list(rows.order_by("-pk")[: SIZE + 1])


def _lines(entries: Sequence[Entry], unread: int) -> list[Line]:
    sent = [entry.row.pk for entry in entries if entry.source == MESSAGE]
    read = set(
        Reaction.objects.filter(message__in=sent, kind=Reaction.Kind.READ).values_list(
            "message_id", flat=True
        )
    )
    came = [entry for entry in entries if entry.source in (REPLY, CALL)]
    first_new = came[-unread:][0] if unread and came else None
    return [_line(entry, read, first_new) for entry in entries]


def _line(entry: Entry, read: set[int], first_new: Entry | None) -> Line:
    is_first_new = entry is first_new
    if entry.source == MESSAGE:
        return Line(entry, is_read=entry.row.pk in read)
    if entry.source == ACT:
        return Line(entry)
    if entry.source == CALL:
        return Line(entry, is_first_new=is_first_new)
    return Line(
        entry,
        file=rcs_attachments.file_of(entry.row.content),
        place=rcs_attachments.place_of(entry.row.content),
        is_first_new=is_first_new,
    )
