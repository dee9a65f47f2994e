"""Read groups."""

from __future__ import annotations

from uuid import UUID

from django.db.models.functions import Lower
from django.http import Http404

from accounts.models import Workspace
from contacts.models import Contact, Group

# A choice of groups on a page; a workspace with more of them searches.
MAX_GROUPS = 500


def all(workspace: Workspace) -> list[Group]:
    """Return the groups of the workspace by name, with their member counts."""
    groups = Group.objects.filter(workspace=workspace)
    return list(groups.order_by(Lower("name"))[:MAX_GROUPS])


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
