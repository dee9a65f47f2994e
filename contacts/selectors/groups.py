"""Read groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Lower
from django.http import Http404

from accounts.models import Workspace
from contacts.models import Contact, Group

# A choice of groups on a page; a workspace with more of them searches.
MAX_GROUPS = 500
PAGE_SIZE = 50
MAX_NAME_LENGTH = 100


def all(workspace: Workspace) -> list[Group]:
    """Return the groups of the workspace by name, with their member counts."""
    groups = Group.objects.filter(workspace=workspace)
    return list(groups.order_by(Lower("name"))[:MAX_GROUPS])


@dataclass(frozen=True)
class GroupPage:
    """Groups by name, and the names of the neighbouring pages ("": no page)."""

    rows: Sequence[Group]
    before: str
    after: str


def page(
    workspace: Workspace,
    *,
    text: str = "",
    before: str = "",
    after: str = "",
    size: int = PAGE_SIZE,
) -> GroupPage:
    """Return groups whose name has a text, beyond the name of another one."""
    key = (before or after).replace("\0", "").lower()[:MAX_NAME_LENGTH]
    named = Group.objects.filter(workspace=workspace).annotate(key=Lower("name"))
    rows = named.filter(name__icontains=text) if text else named
    if before:
        found = list(rows.filter(key__lt=key).order_by("-key")[: size + 1])
        if len(found) < size:
            # Groups were deleted meanwhile: show a full first page, not a stub.
            return page(workspace, text=text, size=size)
        shown = found[:size][::-1]
        return GroupPage(
            shown, shown[0].name if len(found) > size else "", shown[-1].name
        )
    found = list(rows.filter(key__gt=key).order_by("key")[: size + 1])
    shown = found[:size]
    return GroupPage(
        rows=shown,
        before=shown[0].name if after and shown else "",
        after=shown[-1].name if len(found) > size else "",
    )


def with_chosen(workspace: Workspace, chosen: Group | None) -> list[Group]:
    """Return the groups to choose from; the chosen one is among them."""
    found = all(workspace)
    return [chosen, *found] if chosen and chosen not in found else found


def get(workspace: Workspace, group_id: UUID) -> Group:
    """Return a group of the workspace, or raise Http404."""
    try:
        return Group.objects.get(workspace=workspace, id=group_id)
    except Group.DoesNotExist:
        raise Http404 from None


def by_name(workspace: Workspace, name: str) -> Group | None:
    """Return the group of that name, whatever its case, or None."""
    return Group.objects.filter(workspace=workspace, name__iexact=name.strip()).first()


def of_contact(contact: Contact) -> list[Group]:
    """Return the groups that a contact is in, by name."""
    groups = Group.objects.filter(memberships__contact=contact)
    return list(groups.order_by(Lower("name")))
