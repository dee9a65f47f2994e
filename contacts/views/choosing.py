"""Which contacts a request is about: ticked rows, or all that match a filter."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import WorkspaceRequest
from contacts.selectors import criteria
from contacts.selectors.choices import Choice
from contacts.selectors.criteria import Filter

# So many rows are done while the person waits.
MAX_ROWS = 500


def choice_of(request: WorkspaceRequest) -> Choice | None:
    """Read the posted choice; None when nothing was chosen.

    ``all`` says that everybody is meant who matches ``criteria``, which are the words
    of an address. Another workspace's group raises Http404.
    """
    if request.POST.get("all"):
        values = QueryDict(request.POST.get("criteria", "")).dict()
        words = {name: str(text) for name, text in values.items()}
        return Choice(criteria.read(request.workspace, words))
    rows = _rows(request)
    return Choice(Filter(), rows) if rows else None


def way_back(request: WorkspaceRequest) -> str:
    """Return the list that the person came from, if it is one of ours."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, allowed_hosts=None
    )
    return back if is_ours else reverse("contacts:contact_list")


def _rows(request: WorkspaceRequest) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(text) for text in request.POST.getlist("rows")[:MAX_ROWS])
    except ValueError:
        raise Http404 from None
