"""The recipients of a campaign: narrowed, in keyset pages, quick in a million rows.

Each filter has an index that finds its rows in the order of the page: states and
reasons by id, newest first; numbers and countries by number, because a country is a
range of numbers. Names are looked up among the contacts first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import phonenumbers
from django.db import connection as database
from django.db.models import Q, QuerySet

from contacts import phone as phones
from contacts.models import Contact
from contacts.number_forms import forms
from contacts.selectors import keyset, search
from contacts.selectors.keyset import PAGE_SIZE, Order
from messaging import report_words
from messaging.models import Campaign, InboundMessage, Message, Reaction
from messaging.selectors import answers
from messaging.states import MessageState, SkipReason

Rows = QuerySet[Message]
NEWEST = Order()
BY_NUMBER = Order("recipient", is_down=False)
# Up to so many contacts with a name are looked for one by one; of more, somebody is
# soon met on the way through the campaign.
MOST_NAMED = 2_000
DID = ("replied", "stop", "clicked", "viewed", "read")
_REACTIONS = {"clicked": "click", "viewed": "view", "read": "read"}
# Too little for a number, but how one begins: +1, +49.
_SHORT_START = re.compile(r"\+[1-9][0-9]{0,2}")
# The last digit plus one is the first number that no longer begins the same.
_AFTER_NINE = ":"
_CODES = """
WITH RECURSIVE codes (code) AS (
    SELECT min(error_code) FROM messaging_message
    WHERE campaign_id = %(campaign)s AND error_code IS NOT NULL
  UNION ALL
    SELECT (SELECT min(error_code) FROM messaging_message
            WHERE campaign_id = %(campaign)s AND error_code > codes.code)
    FROM codes WHERE codes.code IS NOT NULL
)
SELECT code FROM codes
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty values narrow nothing.

    ``reason`` is a gateway code, a reason to skip or the word of a report, ``did`` is
    one of ``DID``, ``answer`` a key that counts or a word of `answers`; ``text`` is a
    number in any spelling, how one begins, or words of a name.
    """

    state: str = ""
    reason: str = ""
    country: str = ""
    did: str = ""
    answer: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filter()

    def as_dict(self) -> dict[str, str]:
        """Return what narrows, in the words of an address."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursors of the neighbouring pages ("" where there is none)."""

    rows: list[Message]
    before: str = ""
    after: str = ""


def read(values: dict[str, str]) -> Filter:
    """Return the filter that an address asks for; what makes no sense is left out."""
    known = {field.name for field in fields(Filter)}
    found = {name: values.get(name, "").strip()[:60] for name in known}
    allowed = {
        "state": MessageState.values,
        "did": DID,
        "country": phonenumbers.SUPPORTED_REGIONS,
    }
    for name, choices in allowed.items():
        if found[name] not in choices:
            found[name] = ""
    if not answers.is_word(found["answer"]):
        found["answer"] = ""
    is_code = found["reason"].isdecimal() and len(found["reason"]) < 6
    is_word = report_words.is_known(found["reason"])
    if not is_code and not is_word and found["reason"] not in SkipReason.values:
        found["reason"] = ""
    return Filter(**found)


def page(
    campaign: Campaign, wanted: Filter, *, before: str = "", after: str = ""
) -> Page:
    """Return a page of a campaign's messages with their contacts."""
    rows, order = _narrowed(campaign, wanted)
    rows = rows.select_related("contact").defer("variables")
    is_backward = bool(before)
    key = keyset.read_key(before or after, order)
    beyond = order.beyond(rows, key, backward=is_backward and key is not None)
    found = list(beyond[: PAGE_SIZE + 1])
    if is_backward and key is not None:
        if len(found) <= PAGE_SIZE:
            # Rows are gone meanwhile: show a full first page instead of a stub.
            return page(campaign, wanted)
        shown = found[:PAGE_SIZE][::-1]
        return Page(shown, _cursor(order, shown[0]), _cursor(order, shown[-1]))
    shown = found[:PAGE_SIZE]
    return Page(
        shown,
        _cursor(order, shown[0]) if key is not None and shown else "",
        _cursor(order, shown[-1]) if len(found) > PAGE_SIZE else "",
    )


def matching(campaign: Campaign, wanted: Filter) -> QuerySet[Message]:
    """Return all messages that match, in no order yet."""
    rows, _order = _narrowed(campaign, wanted)
    return rows


def doings(messages: Sequence[Message]) -> dict[int, list[str]]:
    """Return what the recipients of some messages did, in the words of ``DID``."""
    ids = [message.pk for message in messages]
    words = {kind: word for word, kind in _REACTIONS.items()}
    found: dict[int, set[str]] = {}
    reactions = Reaction.objects.filter(message__in=ids).values_list("message", "kind")
    for pk, kind in reactions:
        found.setdefault(pk, set()).add(words[kind])
    replies = InboundMessage.objects.filter(answers__in=ids)
    for pk, is_stop in replies.values_list("answers", "is_opt_out"):
        found.setdefault(pk, set()).add("stop" if is_stop else "replied")
    return {pk: [word for word in DID if word in did] for pk, did in found.items()}


def codes_of(campaign: Campaign) -> list[int]:
    """Return the gateway codes that occur in a campaign, one step of an index each."""
    with database.cursor() as cursor:
        cursor.execute(_CODES, {"campaign": campaign.pk})
        return [code for (code,) in cursor.fetchall() if code is not None]


def skip_reasons_of(campaign: Campaign) -> list[str]:
    """Return the reasons to skip that occur in a campaign."""
    rows = Message.objects.filter(campaign=campaign, error_code=None)
    return [
        str(reason)
        for reason in SkipReason
        if _has_any(rows.filter(skip_reason=reason), "-pk")
    ]


def words_of(campaign: Campaign) -> list[str]:
    """Return the words of reports on what was not delivered, as far as they occur."""
    rows = Message.objects.filter(campaign=campaign, state=MessageState.UNDELIVERED)
    return [
        word
        for word in report_words.all_words()
        if _has_any(rows.filter(report_word=word), "-pk")
    ]


def _narrowed(campaign: Campaign, wanted: Filter) -> tuple[QuerySet[Message], Order]:
    rows, order = Message.objects.filter(campaign=campaign), NEWEST
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.reason:
        rows = rows.filter(_has_reason(wanted.reason))
    if wanted.did:
        rows = rows.filter(pk__in=_who_did(campaign, wanted.did))
    if wanted.answer:
        rows = answers.narrow(rows, campaign, wanted.answer)
    if wanted.country:
        rows = rows.filter(_begins(_code_of(wanted.country)), country=wanted.country)
        order = BY_NUMBER
    if wanted.text:
        if (begun := _begun(rows, _number(campaign, wanted.text))) is not None:
            return begun, BY_NUMBER
        rows = rows.filter(contact__in=_named(campaign, wanted.text))
    return rows, order


def _begun(rows: Rows, number: str) -> Rows | None:
    """Return the recipients that a number or its beginning means, None for nobody."""
    for start in forms(number) if number else ():
        if _has_any(begun := rows.filter(_begins(start)), "recipient"):
            return begun
    return None


def _has_any(rows: Rows, order: str) -> bool:
    # Without an order the planner may read the table from its start, where a campaign
    # of today has no row.
    return bool(rows.order_by(order).values("pk")[:1])


def _has_reason(reason: str) -> Q:
    if reason.isdecimal():
        return Q(error_code=int(reason), skip_reason="")
    if report_words.is_known(reason):
        return Q(state=MessageState.UNDELIVERED, report_word=reason)
    return Q(state=MessageState.SKIPPED, skip_reason=reason)


def _who_did(campaign: Campaign, did: str) -> QuerySet[Any, Any]:
    if did in _REACTIONS:
        reactions = Reaction.objects.filter(campaign=campaign, kind=_REACTIONS[did])
        return reactions.values("message")
    replies = InboundMessage.objects.filter(
        campaign=campaign, is_opt_out=did == "stop", answers__isnull=False
    )
    return replies.values("answers")


def _number(campaign: Campaign, text: str) -> str:
    """Return how the numbers begin that a text means, "" when it means none."""
    country = campaign.workspace.country
    if _SHORT_START.fullmatch(text):
        return text
    number = phones.parse(text, country=country)
    digits = number.e164 if number else phones.search_digits(text, country=country)
    return f"+{digits.lstrip('+')}" if digits else ""


def _named(campaign: Campaign, text: str) -> QuerySet[Contact] | list[int]:
    found = Contact.objects.filter(
        search.matches(text, country=campaign.workspace.country),
        workspace=campaign.workspace_id,
    )
    ids = list(found.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    return ids if len(ids) <= MOST_NAMED else found


def _code_of(country: str) -> str:
    return f"+{phonenumbers.country_code_for_region(country)}"


def _begins(start: str) -> Q:
    # Recipients are a plus sign and digits, so this range is exactly the prefix; the
    # index leaves those without a number out.
    return Q(recipient__gte=start, recipient__lt=_next_prefix(start)) & ~Q(recipient="")


def _next_prefix(start: str) -> str:
    number = str(int(start[1:]) + 1)
    # +499 is followed by +500; +9 by nothing of the same length.
    return f"+{number}" if len(number) == len(start) - 1 else f"+{_AFTER_NINE}"


def _cursor(order: Order, row: Message) -> str:
    return keyset.key_text(order.key_of(row))
