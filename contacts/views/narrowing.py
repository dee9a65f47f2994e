"""What a list of contacts is narrowed to, read from and shown in the address."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import WorkspaceRequest
from contacts.models import Group
from contacts.selectors import groups
from contacts.selectors.contacts import OPTED_OUT, REACHABLE, Filter

STATES: tuple[tuple[str, str | Promise], ...] = (
    (REACHABLE, _("Reachable")),
    (OPTED_OUT, _("Opted out")),
)
MAX_SEARCH_LENGTH = 100


class Chip(NamedTuple):
    """A filter that is on, and the address of the list without it."""

    label: str
    url: str


def wanted(request: WorkspaceRequest) -> Filter:
    """Read the filter; a group of another workspace raises Http404."""
    state = request.GET.get("state", "")
    return Filter(
        text=request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH],
        group=_group(request),
        state=state if state in dict(STATES) else "",
    )


def chips(now: Filter) -> list[Chip]:
    """Return the filters that are on but the search, which shows itself."""
    found = []
    if now.group:
        label = _("Group: %(name)s") % {"name": now.group.name}
        found.append(Chip(label, _url(now, without="group")))
    if now.state:
        found.append(Chip(str(dict(STATES)[now.state]), _url(now, without="state")))
    return found


def _group(request: WorkspaceRequest) -> Group | None:
    text = request.GET.get("group", "")
    if not text:
        return None
    try:
        return groups.get(request.workspace, UUID(text))
    except ValueError:
        raise Http404 from None


def _url(now: Filter, *, without: str) -> str:
    values = {
        "q": now.text,
        "group": str(now.group.id) if now.group else "",
        "state": now.state,
    }
    kept = {name: text for name, text in values.items() if text and name != without}
    return f"?{urlencode(kept)}"
