"""Who may steer which campaign."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied

from accounts.access import WorkspaceRequest
from accounts.rights import Right, allows
from messaging.models import Campaign
from messaging.selectors import campaigns


def may_steer(request: WorkspaceRequest, campaign: Campaign) -> bool:
    """Managers steer every campaign, senders those they wrote."""
    role = request.membership.role
    if allows(role, Right.MANAGE_CAMPAIGNS):
        return True
    return allows(role, Right.SEND) and campaign.created_by_id == request.user.pk


def may_send(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.SEND)


def may_export(request: WorkspaceRequest) -> bool:
    """Say whether the person may take lists of numbers out of the house."""
    return allows(request.membership.role, Right.EXPORT)


def may_look_up(request: WorkspaceRequest) -> bool:
    """Say whether the person may spend money on facts about numbers."""
    role = request.membership.role
    return allows(role, Right.EDIT_CONTACTS) and allows(role, Right.SEND)


def steered(request: WorkspaceRequest, campaign_id: UUID) -> Campaign:
    """Return a campaign that the person may change: 404 for a stranger, else 403."""
    campaign = campaigns.get(request.workspace, campaign_id)
    if not may_steer(request, campaign):
        raise PermissionDenied
    return campaign
