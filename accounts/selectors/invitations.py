"""Open invitations of a workspace."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Invitation, Membership, Role, Workspace
from accounts.rights import Right, allows


def acceptable() -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted, of every workspace.

    Whoever invited must still be allowed to: somebody who was removed knows the links
    that they made, and would come back by one of them.
    """
    roles = [role for role in Role.values if allows(role, Right.MANAGE_TEAM)]
    inviters = Membership.objects.filter(
        workspace=OuterRef("workspace"), user=OuterRef("invited_by"), role__in=roles
    )
    return Invitation.objects.filter(
        Exists(inviters), accepted_at=None, expires_at__gt=timezone.now()
    )


def still_open(workspace: Workspace) -> list[Invitation]:
    """Return the invitations that can still be accepted, newest first."""
    mine = acceptable().filter(workspace=workspace).select_related("invited_by")
    return list(mine.order_by("-created_at")[:100])


def get(workspace: Workspace, invitation_id: UUID) -> Invitation:
    """Return an open invitation of the workspace, or raise Http404."""
    found = (
        Invitation.objects.filter(
            workspace=workspace, pk=invitation_id, accepted_at=None
        )
        .select_related("workspace")
        .first()
    )
    if found is None:
        raise Http404
    return found
