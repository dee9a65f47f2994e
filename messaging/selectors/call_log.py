"""The log of calls, ours and those to us, newest first and in keyset pages.

Two tables make one list: each is read from its own index beyond the key, one row more
than a page, and the two are merged. A filter that would need several ranges of an index
is several queries, each as bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from contacts.models import Channel, Contact
from messaging import options
from messaging.models import CallKeys, Campaign, IncomingCall, Message
from messaging.selectors.call_filters import (
    ANY_KEY,
    COURSES,
    IN,
    NO_KEY,
    OUT,
    Days,
    Filter,
)

PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Up to so many calls with a key are looked up one by one; of more, one is soon met.
MOST_PRESSED = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the log; ``answer`` is what the key that counts means, if anything.

    ``message`` is None for a call to us.
    """

    pk: int
    at: datetime
    number: str
    own_number: str
    contact: Contact | None
    state: str
    duration_s: int | None
    price: Decimal | None
    digits: str
    answer: str = ""
    message: Message | None = None

    @property
    def is_incoming(self) -> bool:
        return self.message is None


class Key(NamedTuple):
    """Where a call stands; calls of one moment: ours first, then by id."""

    at: datetime
    is_ours: bool
    pk: int


@dataclass(frozen=True, slots=True)
class Page:
    calls: list[Call]
    before: str = ""
    after: str = ""


def page(
    workspace: Workspace, wanted: Filter, *, before: str = "", after: str = ""
) -> Page:
    """Return a page of calls with contacts, campaigns and keys."""
    key = _read_key(before or after)
    is_backward = bool(before) and key is not None
    found = _beyond(workspace, wanted, key, is_backward=is_backward)
    if is_backward and len(found) <= PAGE_SIZE:
        # Calls are gone meanwhile: a full first page instead of a stub.
        return page(workspace, wanted)
    shown = found[:PAGE_SIZE]
    if is_backward:
        shown.reverse()
    has_newer = is_backward or key is not None
    has_older = is_backward or len(found) > PAGE_SIZE
    return Page(
        shown,
        before=_key_text(shown[0]) if shown and has_newer else "",
        after=_key_text(shown[-1]) if shown and has_older else "",
    )


def _beyond(
    workspace: Workspace, wanted: Filter, key: Key | None, *, is_backward: bool
) -> list[Call]:
    numbers = wanted.numbers(workspace)
    found: list[Call] = []
    if wanted.direction != IN:
        for ours in _outgoing(workspace, wanted, numbers):
            rows = _from(ours, "attempted_at", key, True, is_backward)
            found += [_of_message(row) for row in rows]
    if wanted.direction != OUT:
        for theirs in _incoming(workspace, wanted, numbers):
            rows = _from(theirs, "called_at", key, False, is_backward)
            found += [_of_incoming(row) for row in rows]
    found.sort(key=_key_of, reverse=not is_backward)
    return found[: PAGE_SIZE + 1]


def _from(
    rows: QuerySet[Any], column: str, key: Key | None, is_ours: bool, is_backward: bool
) -> QuerySet[Any]:
    """Return the rows beyond a key, in the order they are read, at most a page."""
    sign = "" if is_backward else "-"
    rows = rows.order_by(f"{sign}{column}", f"{sign}pk")
    if key is not None:
        step = "gt" if is_backward else "lt"
        beyond = Q(**{f"{column}__{step}": key.at})
        if key.is_ours == is_ours:
            beyond |= Q(**{f"pk__{step}": key.pk})
        elif key.is_ours != is_backward:
            # Of one moment ours stand first, so the others are beyond them.
            beyond |= Q(**{column: key.at})
        rows = rows.filter(beyond, **{f"{column}__{step}e": key.at})
    return rows[: PAGE_SIZE + 1]


def _outgoing(
    workspace: Workspace, wanted: Filter, numbers: list[str] | None
) -> Iterator[QuerySet[Message]]:
    rows = Message.objects.filter(
        workspace=workspace, channel=Channel.VOICE, attempted_at__isnull=False
    ).select_related("contact", "campaign", "call_keys")
    rows = _in_days(rows.defer("variables"), "attempted_at", wanted.days(workspace))
    if numbers is not None:
        rows = rows.filter(recipient__in=numbers)
    rows = _with_key(rows, workspace, wanted.key)
    for state in COURSES.get(wanted.course, ("",)):
        yield rows.filter(state=state) if state else rows


def _incoming(
    workspace: Workspace, wanted: Filter, numbers: list[str] | None
) -> Iterator[QuerySet[IncomingCall]]:
    rows = IncomingCall.objects.filter(workspace=workspace).select_related("contact")
    rows = _in_days(rows, "called_at", wanted.days(workspace))
    if numbers is not None:
        rows = rows.filter(caller__in=numbers)
    if wanted.key == NO_KEY:
        rows = rows.filter(digits="")
    elif wanted.key == ANY_KEY:
        rows = rows.exclude(digits="")
    elif wanted.key:
        rows = rows.filter(digits__contains=wanted.key)
    for state in COURSES.get(wanted.course, ("",)):
        yield rows.filter(state=state) if state else rows


def _with_key(
    rows: QuerySet[Message], workspace: Workspace, key: str
) -> QuerySet[Message]:
    if not key:
        return rows
    if key == NO_KEY:
        return rows.filter(has_keys=False)
    pressed = CallKeys.objects.filter(workspace=workspace)
    if key != ANY_KEY:
        pressed = pressed.filter(digits__contains=key)
    newest = pressed.order_by("-message").values_list("pk", flat=True)
    ids = list(newest[: MOST_PRESSED + 1])
    if len(ids) <= MOST_PRESSED:
        return rows.filter(pk__in=ids)
    if key == ANY_KEY:
        return rows.filter(call_keys__isnull=False)
    return rows.filter(call_keys__digits__contains=key)


def _in_days(rows: QuerySet[Any], column: str, days: Days) -> QuerySet[Any]:
    if days.since:
        rows = rows.filter(**{f"{column}__gte": days.since})
    if days.until:
        rows = rows.filter(**{f"{column}__lt": days.until})
    return rows


def _of_message(row: Message) -> Call:
    pressed = getattr(row, "call_keys", None)
    return Call(
        pk=row.pk,
        at=row.attempted_at or row.created_at,
        number=row.recipient,
        own_number=row.campaign.sender,
        contact=row.contact,
        state=row.state,
        duration_s=row.duration_s,
        price=row.price,
        digits=pressed.digits if pressed else "",
        answer=meanings(row.campaign).get(pressed.answer, "") if pressed else "",
        message=row,
    )


def meanings(campaign: Campaign) -> dict[str, str]:
    """Return what each key means in a campaign of calls."""
    own = options.read(campaign.channel, campaign.options)
    return dict(own.keys) if isinstance(own, options.VoiceOptions) else {}


def _of_incoming(row: IncomingCall) -> Call:
    return Call(
        pk=row.pk,
        at=row.called_at,
        number=row.caller,
        own_number=row.recipient,
        contact=row.contact,
        state=row.state,
        duration_s=row.duration_s,
        price=row.price,
        digits=row.digits,
    )


def _key_of(call: Call) -> Key:
    return Key(call.at, not call.is_incoming, call.pk)


def _key_text(call: Call) -> str:
    micros = (call.at - _EPOCH) // timedelta(microseconds=1)
    return f"{micros}{'i' if call.is_incoming else 'o'}{call.pk}"


def _read_key(text: str) -> Key | None:
    for source in "oi":
        micros, mark, pk = text.partition(source)
        if mark and micros.isdigit() and pk.isdigit() and len(text) < 40:
            try:
                at = _EPOCH + timedelta(microseconds=int(micros))
            except OverflowError:
                return None
            return Key(at, source == "o", min(int(pk), 2**63 - 1))
    return None
