from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonRequest, WorkspaceRequest, member, signed_in
from accounts.forms.workspaces import WorkspaceForm
from accounts.rights import Right, allows
from accounts.selectors import memberships
from accounts.services import workspaces
from accounts.views import next_page
from seven_dashboard import seen
from seven_dashboard.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def workspace_create(request: PersonRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        workspace = workspaces.create(actor=request.user, **form.cleaned_data)
        memberships.choose(request, workspace)
        return redirect("accounts:connection")
    context = {"form": form, "has_workspace": bool(memberships.of_person(request))}
    return render(request, "accounts/workspaces/create.html", context)


@require_POST
@signed_in
def workspace_switch(request: PersonRequest) -> HttpResponse:
    """Work under another of one's workspaces; a foreign one changes nothing."""
    wanted = request.POST.get("workspace", "")
    for membership in memberships.of_person(request):
        if membership.workspace.slug == wanted:
            memberships.choose(request, membership.workspace)
    return redirect(next_page.wanted_anywhere(request, otherwise="home"))


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.READ)
def workspace(request: WorkspaceRequest) -> HttpResponse:
    """Show the settings to every member; only an owner changes them."""
    place = request.workspace
    can_edit = allows(request.membership.role, Right.MANAGE_WORKSPACE)
    if request.method == "POST" and not can_edit:
        raise PermissionDenied
    initial = workspaces.shown_values(place)
    carried = seen.carried(request, initial)
    form = WorkspaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            workspaces.update(
                workspace=place, actor=request.user, seen=carried, **form.cleaned_data
            )
        except seen.Overtaken as error:
            seen.mark(form, error)
            carried = error.seen
        else:
            messages.success(request, _("The workspace is saved."))
            return redirect("accounts:workspace")
    context = {"form": form, "can_edit": can_edit, "seen": carried}
    return render(request, "accounts/workspaces/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.READ)
def workspace_leave(request: WorkspaceRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            workspaces.remove(membership=request.membership, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("accounts:workspace")
        name = request.workspace.name
        messages.success(request, _("You left %(name)s.") % {"name": name})
        return redirect("home")
    return render(request, "accounts/workspaces/leave.html")
