"""Search of the inbox: the numbers whose person, number or words match.

No step depends on how rare a word is. Words are looked for among the newest messages
first, which is quick where they are common; what is not common there is found by the
index for words. Both sides stop at a bound, and say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from contacts import phone as phones
from contacts.models import Contact, FormerNumber
from contacts.number_forms import forms, search_forms
from contacts.selectors import list_steps, search
from contacts.selectors.criteria import Filter
from contacts.selectors.keyset import Order
from contacts.selectors.list_steps import Question
from messaging.models import Campaign, Conversation, InboundMessage

# So many of the newest are read one by one, and so many matches kept.
WINDOW = 10_000
MOST = 500
# People cost more: each is read whole, and each conversation asked for its contact.
MOST_PEOPLE = 200
NEWEST_CONVERSATIONS = 1_000
MAX_WORDS = 6
# The index holds triples of signs.
MIN_INDEXED = 3


@dataclass(frozen=True, slots=True)
class Hits:
    """``is_cut``: there are more, older ones."""

    numbers: set[str]
    is_cut: bool


def numbers(workspace: Workspace, text: str) -> Hits:
    """Return the numbers of the conversations that a search finds."""
    people = (_by_name(workspace, text), _of_people(workspace, text))
    others = (
        _by_number(workspace, text),
        _in_what_came(workspace, text),
        _in_what_was_sent(workspace, text),
    )
    steps = (*people, *others)
    found = {form for step in steps for number in step for form in forms(number)}
    is_cut = any(len(step) >= MOST for step in others) or any(
        len(step) >= MOST_PEOPLE for step in people
    )
    return Hits(found, is_cut)


def _by_number(workspace: Workspace, text: str) -> list[str]:
    wanted = search_forms(text, country=workspace.country)
    whole = phones.parse(text, country=workspace.country)
    rows = Conversation.objects.filter(workspace=workspace)
    found = [whole.e164] if whole else []
    if wanted:
        holds = reduce(or_, (Q(number__contains=digits) for digits in wanted))
        found += rows.filter(holds).values_list("number", flat=True)[:MOST]
    elif not whole:
        # A name as sender.
        spellings = {text[:32], text[:32].upper(), text[:32].title()}
        found += rows.filter(number__in=spellings).values_list("number", flat=True)
    return found


def _by_name(workspace: Workspace, text: str) -> list[str]:
    """Return the numbers of the newest contacts that match, also former ones."""
    question = Question(workspace, Filter(text=text), Order(), None, False, MOST_PEOPLE)
    people = list_steps.find(question).rows
    former = FormerNumber.objects.filter(workspace=workspace, contact__in=people)
    known = [person.phone for person in people if person.phone]
    return known + list(former.values_list("phone", flat=True)[:MOST_PEOPLE])


def _of_people(workspace: Workspace, text: str) -> list[str]:
    """Return those of the newest conversations whose contact matches.

    Of a common name the newest contacts may be people who never wrote.
    """
    newest = Conversation.objects.filter(workspace=workspace).order_by("-stands_at")
    known = list(newest.values_list("number", flat=True)[:NEWEST_CONVERSATIONS])
    mine = Contact.objects.filter(workspace=workspace, phone__in=known)
    # Said a second time, so that the index of those with a number is used: of so many
    # numbers PostgreSQL does not see that none is empty.
    mine = mine.exclude(phone="")
    named = search.among(mine, text, country=workspace.country)
    return list(named.values_list("phone", flat=True)[:MOST_PEOPLE])


def _in_what_came(workspace: Workspace, text: str) -> list[str]:
    rows = InboundMessage.objects.filter(workspace=workspace)
    edge = _edge(rows.order_by("-pk").values_list("pk", flat=True))
    return _two_steps(rows, text, near=Q(pk__gte=edge), order="-pk", number="sender")


def _in_what_was_sent(workspace: Workspace, text: str) -> list[str]:
    rows = Campaign.objects.filter(workspace=workspace)
    edge = _edge(rows.order_by("-created_at").values_list("created_at", flat=True))
    singles = rows.filter(kind=Campaign.Kind.SINGLE)
    near = Q(created_at__gte=edge) if edge else Q()
    found = _two_steps(
        singles, text, near=near, order="-created_at", number="messages__recipient"
    )
    return found


def _edge(keys: QuerySet[Any, Any]) -> Any:
    """Return the key of the last row of the window; the first of fewer rows."""
    last = list(keys[WINDOW - 1 : WINDOW])
    return last[0] if last else 0


def _two_steps(
    rows: QuerySet[Any], text: str, *, near: Q, order: str, number: str
) -> list[str]:
    said = _says(text)
    newest = rows.filter(near).filter(said).order_by(order)
    found = list(newest.values_list(number, flat=True)[:MOST])
    if len(found) >= MOST or _shortest(text) < MIN_INDEXED:
        return found
    # Without an order: the planner would walk all rows in it for a rare word.
    hits = rows.filter(said).order_by().values_list(number, flat=True)
    return list(hits[:MOST])


def _says(text: str) -> Q:
    found = Q()
    for word in text.split()[:MAX_WORDS]:
        found &= Q(text__icontains=word)
    return found


def _shortest(text: str) -> int:
    return min((len(word) for word in text.split()[:MAX_WORDS]), default=0)
