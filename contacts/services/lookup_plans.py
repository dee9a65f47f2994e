"""Take up the numbers of a lookup: which have an answer already, which to ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from contacts import fact_words
from contacts.models import Contact, Lookup, LookupAsk, NumberFact
from contacts.selectors import contacts as selected
from contacts.selectors import criteria, number_facts, segment_guards
from contacts.services import works

# Contacts whose numbers are taken up in one step.
STEP = 500


class Question(NamedTuple):
    phone: str
    kind: str


def audience(lookup: Lookup) -> QuerySet[Contact]:
    """Return the contacts with a number that a lookup is about.

    Raises Http404 when the list is gone, Refused when its segment was changed.
    """
    wanted = criteria.read(lookup.workspace, lookup.criteria)
    segment_guards.require_as_chosen(
        wanted, workspace=lookup.workspace, at=lookup.created_at
    )
    return selected.matching(lookup.workspace, wanted).exclude(phone="")


def since(lookup: Lookup) -> datetime:
    """Return how old an answer may be to be used again.

    Counted from the start of the lookup: what another one has asked for meanwhile is
    used even by one that wants everything new.
    """
    return lookup.created_at - timedelta(days=lookup.max_age_days)


def take_up(lookup: Lookup) -> None:
    """Take up the next numbers of a lookup; raise ``works.ClaimLost``."""
    with transaction.atomic():
        fresh = works.hold(lookup)
        if fresh.phone:
            rows = [(0, fresh.phone)]
        else:
            found = audience(fresh).filter(pk__gt=fresh.bookmark).order_by("pk")
            rows = list(found.values_list("pk", "phone")[:STEP])
        if rows:
            _ask_for(fresh, [phone for _pk, phone in rows])
        is_last = bool(fresh.phone) or len(rows) < STEP
        Lookup.objects.filter(pk=lookup.pk).update(is_planned=is_last)
        works.advance(lookup, bookmark=rows[-1][0] if rows else fresh.bookmark)
    lookup.is_planned = is_last


def _ask_for(lookup: Lookup, phones: list[str]) -> None:
    facts = number_facts.facts_of(lookup.workspace, phones)
    questions = [Question(phone, kind) for phone in phones for kind in lookup.kinds]
    known, open_ = split(lookup, questions, facts)
    note_reused(lookup, known, facts)
    LookupAsk.objects.bulk_create(
        (
            LookupAsk(
                lookup=lookup,
                workspace=lookup.workspace,
                phone=question.phone,
                kind=question.kind,
            )
            for question in open_
        ),
        # A contact whose number moved to another one may come twice.
        ignore_conflicts=True,
    )


def split(
    lookup: Lookup, questions: Iterable[Question], facts: dict[str, NumberFact]
) -> tuple[list[Question], list[Question]]:
    """Return the questions that have a fresh answer, and those that have none."""
    limit = since(lookup)
    known: list[Question] = []
    open_: list[Question] = []
    for question in questions:
        fact = facts.get(question.phone)
        has_answer = fact is not None and fact.is_fresh(question.kind, since=limit)
        (known if has_answer else open_).append(question)
    return known, open_


def note_reused(
    lookup: Lookup, known: list[Question], facts: dict[str, NumberFact]
) -> None:
    """Count answers that were there already; the lookup's row is locked."""
    if not known:
        return
    lookup.reused += len(known)
    lookup.done += len(known)
    for question in known:
        count(
            lookup,
            question.kind,
            fact_words.of_answer(question.kind, vars(facts[question.phone])),
        )
    lookup.save(update_fields=["reused", "done", "tally"])


def count(lookup: Lookup, kind: str, words: Iterable[str]) -> None:
    """Add words of a number to the tally; the caller saves it."""
    for word in words:
        name = f"{kind}.{word}"
        lookup.tally[name] = lookup.tally.get(name, 0) + 1
