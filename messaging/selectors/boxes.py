"""The boxes of the inbox: whose conversations each holds, and pages of them.

Each box has an index in the order in which it is read, so that a page reads no more
rows than it shows. A search gathers the numbers first (`conversation_search`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User, Workspace
from contacts.models import Channel, Contact
from contacts.selectors import keyset
from contacts.selectors.keyset import Key, Order
from messaging.models import Conversation
from messaging.selectors import conversation_search, people

SIZE = 40
MAX_SEARCH = 100
# Counted no further: the side says "99+".
MOST_COUNTED = 100
ORDER = Order(column="stands_at")
State = Conversation.State

OPEN, UNREAD, MINE, UNASSIGNED = "", "unread", "mine", "unassigned"
SNOOZED, CLOSED, OPTED_OUT, ALL = "snoozed", "closed", "opted_out", "all"
BOXES: dict[str, str | Promise] = {
    OPEN: pgettext_lazy("conversations", "Open"),
    UNREAD: pgettext_lazy("conversations", "Unread"),
    MINE: pgettext_lazy("conversations", "Mine"),
    UNASSIGNED: pgettext_lazy("conversations", "Nobody's"),
    SNOOZED: _("Snoozed"),
    CLOSED: pgettext_lazy("conversations", "Closed"),
    OPTED_OUT: _("Opted out"),
    ALL: pgettext_lazy("conversations", "All"),
}
CHANNELS = (Channel.SMS, Channel.RCS, Channel.VOICE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, in the words of an address."""

    box: str = OPEN
    channel: str = ""
    text: str = ""
    # In MINE: somebody else of the team, whose are looked at instead.
    who: UUID | None = None

    @property
    def is_search(self) -> bool:
        return bool(self.text)

    @property
    def shown_box(self) -> str:
        """The box that is looked into: a search without one looks into all."""
        return ALL if self.is_search and self.box == OPEN else self.box

    @property
    def query(self) -> str:
        words = {
            "box": self.box,
            "who": self.who or "",
            "channel": self.channel,
            "q": self.text,
        }
        return urlencode({name: text for name, text in words.items() if text})


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as the list shows it."""

    row: Conversation
    contact: Contact | None = None

    @property
    def name(self) -> str:
        return self.contact.name if self.contact else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page; ``after`` is the cursor of the next. ``is_cut``: too much matched."""

    lines: list[Line] = field(default_factory=list)
    after: str = ""
    is_cut: bool = False


def read(values: Mapping[str, str]) -> Wanted:
    """Read what is wanted from an address; unknown words narrow nothing."""
    box, channel = values.get("box", ""), values.get("channel", "")
    return Wanted(
        box=box if box in BOXES else OPEN,
        channel=channel if channel in CHANNELS else "",
        text=values.get("q", "").replace("\0", "").strip()[:MAX_SEARCH],
        who=_uuid(values.get("who", "")) if box == MINE else None,
    )


def page(
    workspace: Workspace, wanted: Wanted, *, person: User, after: str = ""
) -> Listing:
    """Return a page of conversations, the newest first; ``person`` has those in MINE.

    A search looks everywhere unless a box is chosen. Who they are with is `named`.
    """
    rows, is_cut = _matching(workspace, wanted, person)
    found = list(ORDER.beyond(rows, _key(after))[: SIZE + 1])
    shown = found[:SIZE]
    is_more = len(found) > SIZE
    return Listing(
        lines=[Line(row) for row in shown],
        after=keyset.key_text(_key_of(shown[-1])) if is_more else "",
        is_cut=is_cut,
    )


def named(workspace: Workspace, listing: Listing) -> Listing:
    """Return a page with the contacts that the conversations are with."""
    rows = [line.row for line in listing.lines]
    found = people.of_numbers(workspace, [row.number for row in rows])
    lines = [Line(row, found.get(row.number)) for row in rows]
    return replace(listing, lines=lines)


def following(
    workspace: Workspace, wanted: Wanted, row: Conversation, *, person: User
) -> Conversation | None:
    """Return the next conversation of a list, or the first where it was the last."""
    rows, _is_cut = _matching(workspace, wanted, person)
    others = rows.exclude(pk=row.pk)
    return (
        ORDER.beyond(others, _key_of(row)).first() or ORDER.beyond(others, None).first()
    )


def unread(workspace: Workspace) -> int:
    """Return how many conversations nobody has read, MOST_COUNTED at most."""
    rows = Conversation.objects.filter(workspace=workspace, unread__gt=0)
    return len(rows.order_by().values_list("pk")[:MOST_COUNTED])


def conditions(wanted: Wanted, person: User) -> Q:
    """Return what a box and a channel ask of a conversation."""
    by_box = {
        OPEN: Q(state=State.OPEN),
        UNREAD: Q(unread__gt=0),
        MINE: Q(
            assigned_to=wanted.who or person.pk,
            state__in=[State.OPEN, State.SNOOZED],
        ),
        UNASSIGNED: Q(assigned_to=None, state=State.OPEN),
        SNOOZED: Q(state=State.SNOOZED),
        CLOSED: Q(state=State.CLOSED),
        OPTED_OUT: Q(is_opted_out=True),
        ALL: Q(),
    }
    found = by_box[wanted.shown_box]
    return found & Q(channel=wanted.channel) if wanted.channel else found


def _matching(
    workspace: Workspace, wanted: Wanted, person: User
) -> tuple[QuerySet[Conversation], bool]:
    rows = Conversation.objects.filter(workspace=workspace)
    rows = rows.filter(conditions(wanted, person)).select_related("assigned_to")
    if not wanted.is_search:
        return rows, False
    hits = conversation_search.numbers(workspace, wanted.text)
    return rows.filter(number__in=hits.numbers), hits.is_cut


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _key(text: str) -> Key | None:
    """Read a cursor; anything else than one means the first page."""
    key = keyset.read_key(text, ORDER)
    try:
        moment = datetime.fromisoformat(key.value) if key else None
    except ValueError:
        return None
    return key if moment is not None and moment.tzinfo is not None else None


def _key_of(row: Conversation) -> Key:
    return Key(row.stands_at.isoformat(), row.pk)
