"""What an open inbox shows, so short that a poll can say whether that is still so.

The page asks every two seconds and brings the marks of what it shows. Worked out from
the very rows that would be drawn, they cannot miss what was committed late; nothing is
drawn unless a mark has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from messaging import presence
from messaging.models import Conversation
from messaging.selectors.boxes import Listing
from messaging.selectors.threads import ACT, CALL, MESSAGE, SOURCES, Line, Thread

_SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a page: its list, the head of a conversation, who writes, states.

    ``last`` is the newest entry of each source that the conversation shows.
    """

    listing: str = ""
    head: str = ""
    writing: str = ""
    states: str = ""
    last: tuple[int, ...] = field(default=(0,) * len(SOURCES))

    @property
    def word(self) -> str:
        """Return them as an address carries them."""
        keys = "-".join(map(str, self.last))
        parts = (self.listing, self.head, self.writing, self.states, keys)
        return _SEPARATOR.join(parts)


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes at this moment: members of the team (ids), and the person."""

    team: list[UUID] = field(default_factory=list)
    is_typing: bool = False


def read(word: str) -> Marks:
    """Read marks from an address; what is none differs from everything."""
    parts = word.split(_SEPARATOR)
    if len(parts) != 5:
        return Marks()
    keys = [int(k) if k.isascii() and k.isdigit() else 0 for k in parts[4].split("-")]
    # A page that was drawn before an upgrade may know fewer sources.
    last = tuple([*keys, *Marks().last][: len(SOURCES)])
    listing, head, writing_mark, states = parts[:4]
    return Marks(listing, head, writing_mark, states, last)


def writing(conversation: Conversation, *, besides: UUID) -> Writing:
    """Return who writes in a conversation, besides one member."""
    team = [who for who in presence.answering(conversation.pk) if who != besides]
    is_typing = presence.is_typing(conversation.workspace_id, conversation.number)
    return Writing(team, is_typing)


def marks(
    listing: Listing | None,
    unread: int,
    conversation: Conversation | None = None,
    thread: Thread | None = None,
    now: Writing | None = None,
) -> Marks:
    """Return the marks of what a page shows; None of a list is not watched."""
    shown = (
        [(line.row.pk, line.row.changed_at) for line in listing.lines]
        if listing
        else []
    )
    known = _digest([unread, *shown]) if listing else ""
    if conversation is None or thread is None:
        return Marks(known)
    return Marks(
        listing=known,
        head=_digest([conversation.changed_at]),
        writing=_digest([now]),
        states=_digest([_state(line) for line in thread.lines]),
        last=_last(thread.lines),
    )


def changed(now: Marks, seen: Marks) -> set[str]:
    """Return the names of the parts that are not as they were seen."""
    parts = ("listing", "head", "writing", "states")
    return {name for name in parts if getattr(now, name) != getattr(seen, name)}


def new_lines(thread: Thread, last: Sequence[int]) -> list[Line]:
    """Return the lines that came after those that a page shows."""
    shown = dict(zip(SOURCES, last, strict=True))
    return [
        line for line in thread.lines if line.entry.row.pk > shown[line.entry.source]
    ]


def _state(line: Line) -> tuple[object, ...]:
    """Return what of a line that is shown may change."""
    row = line.entry.row
    if line.source == MESSAGE:
        return (line.key, row.state, line.is_read)
    if line.source == CALL:
        return (line.key, row.state, row.duration_s, row.digits)
    return (line.key, row.edited_at) if line.source == ACT else ()


def _last(lines: Sequence[Line]) -> tuple[int, ...]:
    return tuple(
        max((line.pk for line in lines if line.source == source), default=0)
        for source in SOURCES
    )


def _digest(facts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(facts)).encode()).hexdigest()[:16]
