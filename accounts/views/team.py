from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import WorkspaceRequest, member
from accounts.forms.members import InvitationForm, RoleForm
from accounts.models import Role
from accounts.rights import Right, allows
from accounts.selectors import invitations as open_invitations
from accounts.selectors import memberships
from accounts.services import invitations, workspaces
from accounts.views import refusals
from accounts.views.links import invitation_link
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def team(request: WorkspaceRequest) -> HttpResponse:
    can_manage = allows(request.membership.role, Right.MANAGE_TEAM)
    context = {
        "members": memberships.team(request.workspace),
        "invitations": (
            open_invitations.still_open(request.workspace) if can_manage else []
        ),
        "can_manage": can_manage,
        "can_see_audit": allows(request.membership.role, Right.SEE_AUDIT),
        "roles": Role.choices,
    }
    return render(request, "accounts/team/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_TEAM)
def invitation_create(request: WorkspaceRequest) -> HttpResponse:
    """Invite somebody; the link is mailed, and shown once where that does not work.

    Who invites must not have the link of an address that a mail can prove: they could
    make the account of somebody else, with a passkey that outlives a new password.
    """
    form = InvitationForm(request.POST or None, initial={"role": Role.MANAGER})
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = invitations.create(
                workspace=request.workspace, actor=request.user, **form.cleaned_data
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            link = invitation_link(token)
            context = {
                "invitation": invitation,
                "link": link,
                "is_mailed": invitations.send(invitation, link=link),
            }
            return render(request, "accounts/team/invited.html", context)
    return render(request, "accounts/team/invite.html", {"form": form})


@require_POST
@member(Right.MANAGE_TEAM)
def invitation_revoke(request: WorkspaceRequest, invitation_id: UUID) -> HttpResponse:
    invitation = open_invitations.get(request.workspace, invitation_id)
    invitations.revoke(invitation=invitation, actor=request.user)
    messages.success(
        request,
        _("The invitation of %(email)s is revoked.") % {"email": invitation.email},
    )
    return redirect("accounts:team")


@require_POST
@member(Right.MANAGE_TEAM)
def member_role(request: WorkspaceRequest, member_id: int) -> HttpResponse:
    membership = memberships.get(request.workspace, member_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            workspaces.set_role(
                membership=membership,
                actor=request.user,
                role=form.cleaned_data["role"],
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _("%(name)s has a new role.") % {"name": membership.user.display_name},
            )
    return redirect("accounts:team")


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_TEAM)
def member_remove(request: WorkspaceRequest, member_id: int) -> HttpResponse:
    membership = memberships.get(request.workspace, member_id)
    if request.method != "POST":
        context = {"membership": membership}
        return render(request, "accounts/team/remove.html", context)
    try:
        workspaces.remove(membership=membership, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("%(name)s is no longer a member.")
            % {"name": membership.user.display_name},
        )
    return redirect("accounts:team")
