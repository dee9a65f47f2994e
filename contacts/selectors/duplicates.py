"""Read pairs of contacts that may be one person."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from accounts.models import Workspace
from contacts.models import Contact, Duplicate, DuplicateSearch
from contacts.selectors import keyset

PAGE_SIZE = 25
MAX_OF_CONTACT = 5


def get(workspace: Workspace, pair_id: int) -> Duplicate:
    """Return a pair of the workspace, or raise Http404."""
    rows = Duplicate.objects.filter(workspace=workspace, id=pair_id)
    found = rows.select_related("first", "second", "workspace").first()
    if found is None:
        raise Http404
    return found


def page(
    workspace: Workspace,
    *,
    reason: str = "",
    is_dismissed: bool = False,
    before: int | None = None,
    after: int | None = None,
) -> keyset.Page[Duplicate]:
    """Return a page of the suggested or of the dismissed pairs, newest first."""
    rows = Duplicate.objects.filter(
        workspace=workspace, dismissed_at__isnull=not is_dismissed
    )
    if reason in Duplicate.Reason.values:
        rows = rows.filter(reason=reason)
    rows = rows.select_related("first", "second")
    return keyset.page(rows, before=before, after=after, size=PAGE_SIZE)


def of_contact(contact: Contact) -> list[Duplicate]:
    """Return the suggestions about a contact."""
    rows = Duplicate.objects.filter(
        Q(first=contact) | Q(second=contact), dismissed_at=None
    )
    return list(rows.select_related("first", "second").order_by("id")[:MAX_OF_CONTACT])


def between(one: Contact, two: Contact) -> Duplicate | None:
    """Return the suggestion that two contacts are one person, if there is one."""
    first, second = sorted((one, two), key=lambda contact: contact.pk)
    rows = Duplicate.objects.filter(first=first, second=second, dismissed_at=None)
    return rows.first()


def latest_search(workspace: Workspace) -> DuplicateSearch | None:
    """Return the newest search, or None before the first."""
    rows = DuplicateSearch.objects.filter(workspace=workspace)
    return rows.order_by("-created_at").first()


def workspaces() -> Iterator[Workspace]:
    """Yield the workspaces that have contacts."""
    has_some = Exists(Contact.objects.filter(workspace=OuterRef("pk")))
    yield from Workspace.objects.filter(has_some).iterator(chunk_size=500)
