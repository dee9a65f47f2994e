"""What a list of contacts is narrowed to, read from and shown in the address."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import WorkspaceRequest
from contacts import fact_words
from contacts.selectors import criteria
from contacts.selectors.criteria import OPTED_OUT, REACHABLE, Filter

STATES: tuple[tuple[str, str | Promise], ...] = (
    (REACHABLE, _("Reachable")),
    (OPTED_OUT, _("Opted out")),
)


class Chip(NamedTuple):
    """A filter that is on, and the address of the list without it."""

    label: str
    url: str


def wanted(request: WorkspaceRequest) -> Filter:
    """Read the filter; a group of another workspace raises Http404."""
    return criteria.read(request.workspace, request.GET.dict())


def chips(now: Filter) -> list[Chip]:
    """Return the filters that are on but the search, which shows itself."""
    found = []
    if now.group:
        label = _("Group: %(name)s") % {"name": now.group.name}
        found.append(Chip(label, _url(now, without="group")))
    if now.state:
        found.append(Chip(str(dict(STATES)[now.state]), _url(now, without="state")))
    if now.fact:
        found.append(Chip(fact_words.label(now.fact), _url(now, without="fact")))
    return found


def _url(now: Filter, *, without: str) -> str:
    kept = {name: text for name, text in now.as_dict().items() if name != without}
    return f"?{urlencode(kept)}"
