"""Read messages of a campaign: a page, one, all of them for a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404

from contacts import phone as phones
from contacts.selectors import keyset
from messaging.models import Campaign, Message
from messaging.states import MessageState

EXPORT_CHUNK = 2_000
# The last digit plus one is the first number that no longer begins the same.
_AFTER_NINE = ":"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty values narrow nothing.

    ``state`` is a state or empty; ``number`` is a number, or how it begins, in any
    spelling.
    """

    state: str = ""
    number: str = ""


def get(campaign: Campaign, message_id: int) -> Message:
    """Return a message of the campaign; raises Http404 for any other."""
    message = (
        Message.objects.filter(campaign=campaign, pk=message_id)
        .select_related("contact")
        .first()
    )
    if message is None:
        raise Http404
    return message


def page(
    campaign: Campaign,
    wanted: Filter,
    *,
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[Message]:
    """Return a keyset page of a campaign's messages, newest first."""
    rows = _filtered(campaign, wanted).select_related("contact")
    return keyset.page(rows.defer("variables"), before=before, after=after)


def export(campaign: Campaign, wanted: Filter) -> Iterator[Message]:
    """Yield all messages that match, oldest first, a chunk in memory at a time."""
    rows = _filtered(campaign, wanted).select_related("contact").defer("variables")
    last = 0
    while True:
        found = list(rows.filter(pk__gt=last).order_by("pk")[:EXPORT_CHUNK])
        yield from found
        if len(found) < EXPORT_CHUNK:
            return
        last = found[-1].pk


def unclear_for_person(campaign: Campaign, *, most: int = 20) -> list[Message]:
    """Return unclear messages that the gateway's journal could not settle."""
    rows = Message.objects.filter(
        campaign=campaign, state=MessageState.UNCLEAR, lease_until=None
    )
    return list(rows.select_related("contact").order_by("-pk")[:most])


def _filtered(campaign: Campaign, wanted: Filter) -> QuerySet[Message]:
    rows = Message.objects.filter(campaign=campaign)
    if wanted.state in MessageState.values:
        rows = rows.filter(state=wanted.state)
    if wanted.number.strip():
        country = campaign.workspace.country
        rows = rows.filter(_is_number(wanted.number, country=country))
    return rows


def _is_number(raw: str, *, country: str) -> Q:
    """Match a number, or its beginning, by the index on campaign and recipient."""
    number = phones.parse(raw, country=country)
    digits = number.e164 if number else phones.search_digits(raw, country=country)
    if not digits:
        return Q(pk__in=[])
    start = digits if digits.startswith("+") else f"+{digits}"
    # Recipients are a plus sign and digits, so this range is exactly the prefix.
    return Q(recipient__gte=start, recipient__lt=_next_prefix(start))


def _next_prefix(start: str) -> str:
    number = str(int(start[1:]) + 1)
    # +499 is followed by +500; +9 by nothing of the same length.
    return f"+{number}" if len(number) == len(start) - 1 else f"+{_AFTER_NINE}"
