"""Read what came in, and what has passed between us and one number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Workspace
from contacts import phone as phones
from contacts.selectors import keyset
from messaging.models import InboundMessage, Message

TIMELINE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a conversation, in either direction."""

    at: datetime
    outgoing: Message | None = None
    incoming: InboundMessage | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Messages of one number, newest first; ``after`` is the next page's cursor."""

    entries: list[Entry]
    after: str | None


def page(
    workspace: Workspace,
    *,
    search: str = "",
    only_stops: bool = False,
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[InboundMessage]:
    """Return a page of what came in, newest first; ``search`` is a sender's number."""
    rows = InboundMessage.objects.filter(workspace=workspace)
    if only_stops:
        rows = rows.filter(is_opt_out=True)
    if search.strip():
        number = phones.parse(search, country=workspace.country)
        rows = rows.filter(sender=number.e164) if number else rows.none()
    return keyset.page(rows.select_related("contact"), before=before, after=after)


def latest(workspace: Workspace, *, most: int = 5) -> list[InboundMessage]:
    """Return the newest messages that came in."""
    rows = InboundMessage.objects.filter(workspace=workspace)
    return list(rows.select_related("contact").order_by("-pk")[:most])


def timeline(workspace: Workspace, phone: str, *, after: str = "") -> Timeline:
    """Return a page of both directions; ``after`` holds one key for each of them."""
    if not phone:
        return Timeline([], None)
    out_key, in_key = _keys(after)
    outgoing = Message.objects.filter(workspace=workspace, recipient=phone)
    incoming = InboundMessage.objects.filter(workspace=workspace, sender=phone)
    if out_key is not None:
        outgoing = outgoing.filter(pk__lt=out_key)
    if in_key is not None:
        incoming = incoming.filter(pk__lt=in_key)
    most = TIMELINE_SIZE + 1
    entries = [
        Entry(at=row.attempted_at or row.created_at, outgoing=row)
        for row in outgoing.select_related("campaign").order_by("-pk")[:most]
    ]
    entries += [
        Entry(at=row.received_at, incoming=row)
        for row in incoming.order_by("-pk")[:most]
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    shown = entries[:TIMELINE_SIZE]
    is_more = len(entries) > TIMELINE_SIZE
    return Timeline(shown, _next_keys(shown, out_key, in_key) if is_more else None)


def _keys(cursor: str) -> tuple[int | None, int | None]:
    first, _, second = cursor.partition("-")
    return keyset.cursor(first), keyset.cursor(second)


def _next_keys(shown: list[Entry], out_key: int | None, in_key: int | None) -> str:
    sent = [entry.outgoing.pk for entry in shown if entry.outgoing]
    received = [entry.incoming.pk for entry in shown if entry.incoming]
    keys = (min(sent) if sent else out_key, min(received) if received else in_key)
    return "-".join("" if key is None else str(key) for key in keys)
