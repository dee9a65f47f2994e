"""Read what has passed between us and one person, newest first.

Several streams (`streams`): messages and replies by the person's numbers, consent by
the numbers, changes by the contact's address id (also of contacts that were merged into
it), jobs on groups by the contact's own id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEntry
from contacts.models import Channel, ConsentEvent, Contact
from contacts.number_forms import forms
from contacts.selectors import bulk_traces, merges
from messaging.models import InboundMessage, IncomingCall, Message
from messaging.selectors import streams, troubles
from messaging.selectors.streams import SIZE, Entry
from messaging.states import FINAL

# What is not settled by then is no longer asked for every few seconds.
LIVE_FOR = timedelta(minutes=10)
MESSAGE, REPLY, CONSENT, CHANGE = "message", "reply", "consent", "change"
CALLED_US, MOVED = "called_us", "moved"
SOURCES = (MESSAGE, REPLY, CONSENT, CHANGE, CALLED_US, MOVED)
# What a person may ask for, and the sources that hold it.
MESSAGES, REPLIES, CALLS, CHANGES = "messages", "replies", "calls", "changes"
SHOWN: dict[str, tuple[str, ...]] = {
    "": SOURCES,
    MESSAGES: (MESSAGE, REPLY),
    REPLIES: (REPLY,),
    CALLS: (MESSAGE, REPLY, CALLED_US),
    CHANGES: (CONSENT, CHANGE, MOVED),
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page, newest first; ``after`` is the cursor of the next, or None."""

    entries: list[Entry]
    after: str | None


def of_contact(contact: Contact, *, show: str = "", after: str = "") -> Timeline:
    """Return a page of what has passed; ``show`` is a key of ``SHOWN``."""
    numbers = merges.numbers_of(contact)
    fetches = {
        source: partial(_fetch, contact, numbers, source, show)
        for source in SHOWN.get(show, SOURCES)
    }
    return Timeline(*streams.page(fetches, after, order=SOURCES))


def message(contact: Contact, message_id: int) -> Entry:
    """Return one message to the contact as it is now, or raise Http404."""
    rows = Message.objects.filter(
        workspace=contact.workspace,
        recipient__in=_in_all_forms(merges.numbers_of(contact)),
        pk=message_id,
    )
    found = rows.select_related("campaign").first()
    if found is None:
        raise Http404
    return of_message(found)


def _in_all_forms(numbers: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(form for number in numbers for form in forms(number)))


def _fetch(
    contact: Contact, numbers: Sequence[str], source: str, show: str, key: int | None
) -> list[Entry]:
    """Return the newest entries of a source before a key, one more than a page."""
    rows, make = _source(contact, source, show)
    found: list[Any] = []
    for owner in _owners(contact, numbers, source):
        mine = rows.filter(**owner)
        if key is not None:
            mine = mine.filter(pk__lt=key)
        found += mine.order_by("-pk")[: SIZE + 1]
    found.sort(key=lambda row: -row.pk)
    return [make(row) for row in found[: SIZE + 1]]


_NUMBER = {
    MESSAGE: "recipient",
    REPLY: "sender",
    CONSENT: "phone",
    CALLED_US: "caller",
}


def _owners(
    contact: Contact, numbers: Sequence[str], source: str
) -> list[dict[str, str]]:
    """Return what tells the rows of a source that are about the person."""
    if source == MOVED:
        return [{}]
    if source == CHANGE:
        return [{"subject": str(uuid)} for uuid in merges.uuids_of(contact)]
    # Consent is noted for each form.
    known = numbers if source == CONSENT else _in_all_forms(numbers)
    return [{_NUMBER[source]: number} for number in known]


def _source(
    contact: Contact, source: str, show: str
) -> tuple[QuerySet[Any], Callable[[Any], Entry]]:
    workspace = contact.workspace
    if source == CONSENT:
        said = ConsentEvent.objects.filter(workspace=workspace).select_related("actor")
        return said, lambda row: Entry(CONSENT, row.at, row)
    if source == CHANGE:
        done = AuditEntry.objects.filter(workspace=workspace).select_related("actor")
        # A merge is told once, by the contact that stayed.
        done = done.exclude(action="contact.merged")
        return done, lambda row: Entry(CHANGE, row.at, row)
    if source == MOVED:
        moved = bulk_traces.of_contact(contact)
        return moved, lambda row: Entry(MOVED, row.at, row)
    if source == CALLED_US:
        called = IncomingCall.objects.filter(workspace=workspace)
        return called, lambda row: Entry(CALLED_US, row.called_at, row)
    if source == REPLY:
        came = _by_channel(InboundMessage.objects.filter(workspace=workspace), show)
        return came, lambda row: Entry(REPLY, row.received_at, row)
    sent = Message.objects.filter(workspace=workspace).select_related("campaign")
    return _by_channel(sent.defer("variables"), show), of_message


def _by_channel(rows: QuerySet[Any], show: str) -> QuerySet[Any]:
    if show == CALLS:
        return rows.filter(channel=Channel.VOICE)
    return rows.exclude(channel=Channel.VOICE) if show == MESSAGES else rows


def of_message(row: Message) -> Entry:
    """Return a message of ours as an entry, with what went wrong in words."""
    at = row.attempted_at or row.created_at
    is_young = row.created_at > timezone.now() - LIVE_FOR
    is_live = is_young and row.state not in FINAL
    return Entry(MESSAGE, at, row, troubles.sentence(row), is_live)
