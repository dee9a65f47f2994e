"""Turns each part of a filter into a condition of the database."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from contacts.models import Contact, OptOut
from contacts.selectors import criteria, number_facts, search, segments
from contacts.selectors.criteria import Filter


def narrow(
    contacts: QuerySet[Contact], wanted: Filter, *, home: str, zone: str
) -> QuerySet[Contact]:
    """Return those contacts of a workspace that a filter is about.

    ``home`` is the workspace's country, ``zone`` its time zone.
    """
    if wanted.group:
        contacts = contacts.filter(memberships__group=wanted.group)
    if wanted.text:
        contacts = contacts.filter(search.matches(wanted.text, country=home))
    if wanted.segment:
        contacts = contacts.filter(segments.condition(wanted.segment))
    contacts = _by_number(contacts, wanted)
    if wanted.added:
        contacts = contacts.filter(created_at__gte=_morning(wanted.added, zone))
    if wanted.changed:
        contacts = contacts.filter(updated_at__gte=_morning(wanted.changed, zone))
    return _by_own_field(contacts, wanted)


def is_opted_out() -> Exists:
    """Return whether the number of a contact is opted out of any channel."""
    return Exists(
        OptOut.objects.filter(
            workspace_id=OuterRef("workspace_id"), phone=OuterRef("phone")
        )
    )


def _by_number(contacts: QuerySet[Contact], wanted: Filter) -> QuerySet[Contact]:
    if wanted.state == criteria.OPTED_OUT:
        # The index of a workspace's numbers knows only those that are there.
        contacts = contacts.exclude(phone="").filter(is_opted_out())
    elif wanted.state == criteria.REACHABLE:
        contacts = contacts.exclude(phone="").filter(~is_opted_out())
    if wanted.fact:
        contacts = number_facts.narrow(contacts, wanted.fact)
    if wanted.country:
        contacts = contacts.filter(country=wanted.country)
    if wanted.number == criteria.WITH:
        contacts = contacts.exclude(phone="")
    elif wanted.number == criteria.WITHOUT:
        contacts = contacts.filter(phone="")
    return contacts


def _by_own_field(contacts: QuerySet[Contact], wanted: Filter) -> QuerySet[Contact]:
    if not wanted.field:
        return contacts
    value = wanted.value.lower()
    own = Lower(KeyTextTransform(wanted.field, "custom"))
    is_whole = wanted.how == criteria.IS
    contacts = contacts.filter(_is_mentioned(value, is_whole=is_whole)).alias(own=own)
    return contacts.filter(**{"own" if is_whole else "own__contains": value})


def _is_mentioned(value: str, *, is_whole: bool) -> Q:
    """Return what the index of searches knows about contacts with an own value.

    Values stand there between blanks, but with marks of JSON; a short word is found
    only where it begins one.
    """
    found = Q()
    for word in value.replace('"', " ").replace("\\", " ").split():
        if len(word) >= search.MIN_ANYWHERE:
            found &= Q(search_text__contains=word)
        elif is_whole and word.isalnum():
            found &= Q(search_text__contains=f" {word}")
    return found


def _morning(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=ZoneInfo(zone))
