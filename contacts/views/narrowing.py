"""What a list of contacts is narrowed to, read from and shown in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import countries
from accounts.access import WorkspaceRequest
from accounts.models import Workspace
from contacts import fact_words
from contacts.models import CustomField, Group, Segment
from contacts.selectors import (
    criteria,
    fields,
    groups,
    lists,
    number_facts,
    segments,
)
from contacts.selectors.criteria import OPTED_OUT, REACHABLE, Filter

Words = tuple[tuple[str, str | Promise], ...]

STATES: Words = ((REACHABLE, _("Reachable")), (OPTED_OUT, _("Opted out")))
NUMBERS: Words = (
    (criteria.WITH, _("With a number")),
    (criteria.WITHOUT, _("Without a number")),
)
WAYS: Words = (
    # The default needs no word in the address.
    ("", pgettext_lazy("a field … a value", "is")),
    (criteria.CONTAINS, pgettext_lazy("a field … a value", "contains")),
)
SORTS: Words = (
    ("", _("Newest first")),
    ("added", _("Oldest first")),
    ("name", _("Name A to Z")),
    ("-name", _("Name Z to A")),
)
# Filters that stand behind "More filters".
MORE = ("number", "country", "fact", "added", "changed", "field")


class Chip(NamedTuple):
    """A filter that is on, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Choices:
    """What the filters of a list offer; empty ones are not shown."""

    groups: list[Group]
    segments: list[Segment]
    fields: list[CustomField]
    facts: Words
    countries: countries.Choices
    states: Words = STATES
    numbers: Words = NUMBERS
    ways: Words = WAYS
    sorts: Words = SORTS


def wanted(request: WorkspaceRequest) -> Filter:
    """Read the filter; a group of another workspace raises Http404."""
    return criteria.read(request.workspace, request.GET.dict())


def sort(request: WorkspaceRequest) -> str:
    """Read the word of the order; anything else than one is the default."""
    word = request.GET.get("sort", "")
    return word if word in lists.ORDERS else lists.DEFAULT


def choices(workspace: Workspace, now: Filter) -> Choices:
    """Return what the filters of the workspace's list offer."""
    has_facts = bool(now.fact) or number_facts.has_any(workspace)
    return Choices(
        groups=groups.with_chosen(workspace, now.group),
        segments=segments.all(workspace),
        fields=fields.custom(workspace),
        facts=_facts(now.fact) if has_facts else (),
        countries=countries.choices(),
    )


def count_more(now: Filter) -> int:
    """Return how many of the filters behind "More filters" are on."""
    return sum(bool(getattr(now, name)) for name in MORE)


def chips(
    now: Filter, *, sort: str = lists.DEFAULT, own: Sequence[CustomField] = ()
) -> list[Chip]:
    """Return the filters that are on but the search, which shows itself."""
    labels: dict[str, Callable[[], str]] = {
        "group": lambda: gettext("Group: %(name)s") % {"name": now.group},
        "segment": lambda: gettext("Segment: %(name)s") % {"name": now.segment},
        "state": lambda: str(dict(STATES)[now.state]),
        "fact": lambda: fact_words.label(now.fact),
        "country": lambda: countries.name_of(now.country),
        "number": lambda: str(dict(NUMBERS)[now.number]),
        "added": lambda: gettext("Added since %(day)s") % _day(now.added),
        "changed": lambda: gettext("Changed since %(day)s") % _day(now.changed),
        "field": lambda: _own_field(now, own),
    }
    return [
        Chip(label(), _url(now, sort=sort, without=name))
        for name, label in labels.items()
        if getattr(now, name)
    ]


def _facts(chosen: str) -> Words:
    known: Words = tuple(fact_words.LABELS.items())
    if not chosen or chosen in fact_words.LABELS:
        return known
    return (*known, (chosen, fact_words.label(chosen)))


def _day(day: dt.date | None) -> dict[str, str]:
    return {"day": date_format(day, "SHORT_DATE_FORMAT") if day else ""}


def _own_field(now: Filter, own: Sequence[CustomField]) -> str:
    labels = {field.slug: field.label for field in own}
    parts = {"field": labels.get(now.field, now.field), "value": now.value}
    if now.how == criteria.IS:
        return gettext("%(field)s is %(value)s") % parts
    return gettext("%(field)s contains %(value)s") % parts


def _url(now: Filter, *, sort: str, without: str) -> str:
    gone = {"field", "how", "value"} if without == "field" else {without}
    kept = {name: text for name, text in now.as_dict().items() if name not in gone}
    if sort != lists.DEFAULT:
        kept["sort"] = sort
    return f"?{urlencode(kept)}"
