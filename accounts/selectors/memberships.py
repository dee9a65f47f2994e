"""Which workspaces somebody belongs to, and who belongs to one."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.middleware.csrf import rotate_token

from accounts.models import Membership, Role, Workspace

SESSION_KEY = "workspace"
_CACHED = "_memberships"
# A page of the team shows everybody; more people than this are cut off, and said.
MOST_MEMBERS = 500


def of_person(request: HttpRequest) -> list[Membership]:
    """Return the person's memberships with workspace and connection, read once."""
    if not request.user.is_authenticated:
        return []
    known: list[Membership] | None = getattr(request, _CACHED, None)
    if known is None:
        known = list(
            Membership.objects.filter(user=request.user)
            .select_related("workspace__connection")
            .order_by("id")
        )
        setattr(request, _CACHED, known)
    return known


def current(request: HttpRequest) -> Membership | None:
    """Return the membership the person works under, or their first one."""
    mine = of_person(request)
    chosen = request.session.get(SESSION_KEY) if mine else None
    for membership in mine:
        if str(membership.workspace_id) == chosen:
            return membership
    return mine[0] if mine else None


def choose(request: HttpRequest, workspace: Workspace) -> None:
    """Work under this workspace from the next request on.

    Forms that other tabs still show count no longer: what was meant for one workspace
    (an opt-out, an invitation, a file) must not end up in another.
    """
    if request.session.get(SESSION_KEY) != str(workspace.pk):
        rotate_token(request)
    request.session[SESSION_KEY] = str(workspace.pk)


def team(workspace: Workspace) -> list[Membership]:
    """Return the members, owners first, then by address."""
    order = list(Role.values)
    members = (
        Membership.objects.filter(workspace=workspace)
        .select_related("user", "workspace")
        .order_by("user__email")[:MOST_MEMBERS]
    )
    return sorted(members, key=lambda member: order.index(member.role))


def get(workspace: Workspace, member_id: int) -> Membership:
    """Return a member of the workspace, or raise Http404."""
    found = (
        Membership.objects.filter(workspace=workspace, pk=member_id)
        .select_related("user", "workspace")
        .first()
    )
    if found is None:
        raise Http404
    return found
