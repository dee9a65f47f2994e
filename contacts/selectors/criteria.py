"""What a list of contacts is narrowed to: a value for addresses and for jobs.

The same words stand in the address of a list, in the row of a background work and in
tests: ``q``, ``group``, ``state``, ``fact``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404

from accounts.models import Workspace
from contacts import fact_words
from contacts.models import Group
from contacts.selectors import groups

# States that a list can be filtered by.
OPTED_OUT, REACHABLE = "opted_out", "reachable"
STATES = (REACHABLE, OPTED_OUT)
MAX_SEARCH_LENGTH = 100


@dataclass(frozen=True)
class Filter:
    """What a list of contacts is narrowed to; empty values narrow nothing."""

    text: str = ""
    group: Group | None = None
    state: str = ""
    # What lookups found out: a word of `fact_words`.
    fact: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return what ``read`` reads back; only what narrows."""
        values = {
            "q": self.text,
            "group": str(self.group.id) if self.group else "",
            "state": self.state,
            "fact": self.fact,
        }
        return {name: text for name, text in values.items() if text}

    @property
    def query(self) -> str:
        """The words as an address has them after its question mark."""
        return urlencode(self.as_dict())


def read(workspace: Workspace, values: Mapping[str, str]) -> Filter:
    """Return the filter that some words ask for.

    Raises Http404 for a group of another workspace; a state that is none is left out.
    """
    state = values.get("state", "")
    return Filter(
        text=values.get("q", "").strip()[:MAX_SEARCH_LENGTH],
        group=_group(workspace, values.get("group", "")),
        state=state if state in STATES else "",
        fact=fact_words.known(values.get("fact", "")),
    )


def _group(workspace: Workspace, text: str) -> Group | None:
    if not text:
        return None
    try:
        return groups.get(workspace, UUID(text))
    except ValueError:
        raise Http404 from None
