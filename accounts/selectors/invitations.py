"""Open invitations of a workspace."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils import timezone

from accounts.models import Invitation, Workspace


def still_open(workspace: Workspace) -> list[Invitation]:
    """Return the invitations that can still be accepted, newest first."""
    return list(
        Invitation.objects.filter(
            workspace=workspace, accepted_at=None, expires_at__gt=timezone.now()
        )
        .select_related("invited_by")
        .order_by("-created_at")[:100]
    )


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
