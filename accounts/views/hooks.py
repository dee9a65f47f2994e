"""Webhooks at the gateway: ours, and everybody else's of the same account."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts import addresses, tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.hooks import HookForm
from accounts.models import Connection, GatewayHook, HookCheck, Poll, Workspace
from accounts.rights import Right, allows
from accounts.selectors import freshness
from accounts.selectors import hooks as selected
from accounts.services import hook_checks, hook_edits, hooks
from accounts.services.hook_edits import Wish
from accounts.views import refusals
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def hook_list(request: WorkspaceRequest) -> HttpResponse:
    connection = Connection.objects.filter(workspace=request.workspace).first()
    context: dict[str, object] = {
        "connection": connection,
        "can_manage": allows(request.membership.role, Right.MANAGE_CONNECTION),
    }
    if connection is not None:
        context |= {
            "hooks": selected.health(connection),
            "fresh": freshness.of(connection, Poll.Kind.HOOKS),
            "check": selected.newest_check(connection),
        }
    return render(request, "accounts/hooks/list.html", context)


@sensitive_post_parameters("headers", "target_url")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_CONNECTION)
def hook_create(request: WorkspaceRequest) -> HttpResponse:
    connection = _connection(request.workspace)
    own_url = addresses.webhook_url(connection)
    form = HookForm(request.POST or None, own_url=own_url)
    if request.method == "POST" and form.is_valid():
        try:
            wish = Wish(**form.cleaned_data)
            hook_edits.create(connection=connection, actor=request.user, wish=wish)
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            messages.success(request, _("The webhook is added."))
            return redirect("accounts:hook_list")
    context = {"form": form, "own_url": own_url}
    status = 422 if form.errors else 200
    return render(request, "accounts/hooks/create.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_CONNECTION)
def hook_delete(request: WorkspaceRequest, hook_id: int) -> HttpResponse:
    """Remove a webhook; the page behind the dialog says what that means."""
    hook = _hook(request.workspace, hook_id)
    if request.method != "POST":
        return render(request, "accounts/hooks/delete.html", {"hook": hook})
    try:
        hook_edits.delete(hook=hook, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The webhook is removed."))
    return redirect("accounts:hook_list")


@require_POST
@member(Right.MANAGE_CONNECTION)
def hook_register(request: WorkspaceRequest) -> HttpResponse:
    """Ask the gateway to post its events to us, and see that one arrives."""
    connection = _connection(request.workspace)
    try:
        hooks.register(connection=connection, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _begin_check(request, connection)
    return redirect("accounts:hook_list")


@require_POST
@member(Right.MANAGE_CONNECTION)
def hook_check(request: WorkspaceRequest) -> HttpResponse:
    """Send a test event to our own address."""
    _begin_check(request, _connection(request.workspace))
    return redirect("accounts:hook_list")


@require_GET
@member(Right.READ)
def hook_check_state(request: WorkspaceRequest) -> HttpResponse:
    """Show how far the newest test event is; 286 ends the asking."""
    connection = _connection(request.workspace)
    check = selected.newest_check(connection)
    context = {"check": check, "hooks": selected.health(connection)}
    is_over = check is None or check.is_over
    status = 286 if is_over else 200
    return render(request, "accounts/hooks/_check.html", context, status=status)


def _begin_check(request: WorkspaceRequest, connection: Connection) -> None:
    check: HookCheck = hook_checks.begin(connection=connection, actor=request.user)
    tasks.queue_hook_check(check)


def _connection(workspace: Workspace) -> Connection:
    """Return the workspace's connection, or raise Http404."""
    found = Connection.objects.filter(workspace=workspace).first()
    if found is None:
        raise Http404
    return found


def _hook(workspace: Workspace, hook_id: int) -> GatewayHook:
    """Return a hook of the workspace's account, or raise Http404."""
    rows = GatewayHook.objects.select_related("connection__workspace")
    found = rows.filter(connection__workspace=workspace, pk=hook_id).first()
    if found is None:
        raise Http404
    return found
