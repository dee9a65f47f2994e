"""What a list of contacts is narrowed to: a value for addresses and for jobs.

The same words stand in the address of a list, in the row of a background work and in
tests: ``q``, ``group``, ``segment``, ``state``, ``fact``, ``country``, ``number``,
``added``, ``changed``, ``field`` with ``how`` and ``value``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404

from accounts.models import Workspace
from contacts import fact_words
from contacts.models import Group, Segment
from contacts.selectors import groups, segments

# States that a list can be filtered by.
OPTED_OUT, REACHABLE = "opted_out", "reachable"
STATES = (REACHABLE, OPTED_OUT)
WITH, WITHOUT = "with", "without"
NUMBERS = (WITH, WITHOUT)
IS, CONTAINS = "is", "contains"
WAYS = (IS, CONTAINS)
MAX_SEARCH_LENGTH = 100
MAX_SLUG_LENGTH = 40

T = TypeVar("T")


@dataclass(frozen=True)
class Filter:
    """What a list of contacts is narrowed to; empty values narrow nothing."""

    text: str = ""
    group: Group | None = None
    segment: Segment | None = None
    state: str = ""
    # What lookups found out: a word of `fact_words`.
    fact: str = ""
    # Of the number, two capital letters.
    country: str = ""
    number: str = ""
    # From the beginning of these days on, by the clock of the workspace.
    added: dt.date | None = None
    changed: dt.date | None = None
    # An own field by its slug, and what its value is or contains.
    field: str = ""
    how: str = ""
    value: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return what ``read`` reads back; only what narrows."""
        values = {
            "q": self.text,
            "group": str(self.group.id) if self.group else "",
            "segment": str(self.segment.id) if self.segment else "",
            "state": self.state,
            "fact": self.fact,
            "country": self.country,
            "number": self.number,
            "added": self.added.isoformat() if self.added else "",
            "changed": self.changed.isoformat() if self.changed else "",
            "field": self.field,
            "how": self.how,
            "value": self.value,
        }
        return {name: text for name, text in values.items() if text}

    @property
    def query(self) -> str:
        """The words as an address has them after its question mark."""
        return urlencode(self.as_dict())


def read(workspace: Workspace, values: Mapping[str, str]) -> Filter:
    """Return the filter that some words ask for.

    Raises Http404 for a group or segment of another workspace; what is no word of a
    filter is left out.
    """
    return Filter(
        text=_text(values, "q"),
        group=_thing(groups.get, workspace, values.get("group", "")),
        segment=_thing(segments.get, workspace, values.get("segment", "")),
        state=_one_of(STATES, values.get("state", "")),
        fact=fact_words.known(values.get("fact", "")),
        country=_country(values.get("country", "")),
        number=_one_of(NUMBERS, values.get("number", "")),
        added=_day(values.get("added", "")),
        changed=_day(values.get("changed", "")),
        **_own_field(values),
    )


def _text(values: Mapping[str, str], name: str) -> str:
    # PostgreSQL has no texts with a zero byte.
    return values.get(name, "").replace("\0", "").strip()[:MAX_SEARCH_LENGTH]


def _one_of(known: tuple[str, ...], text: str) -> str:
    return text if text in known else ""


def _country(text: str) -> str:
    is_code = len(text) == 2 and text.isascii() and text.isalpha()
    return text.upper() if is_code else ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _own_field(values: Mapping[str, str]) -> dict[str, str]:
    slug, value = values.get("field", ""), _text(values, "value")
    how = _one_of(WAYS, values.get("how", "")) or IS
    if not slug or "\0" in slug or len(slug) > MAX_SLUG_LENGTH:
        return {}
    return {"field": slug, "how": how, "value": value} if value else {}


def _thing(
    get: Callable[[Workspace, UUID], T], workspace: Workspace, text: str
) -> T | None:
    if not text:
        return None
    try:
        return get(workspace, UUID(text))
    except ValueError:
        raise Http404 from None
