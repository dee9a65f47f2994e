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

from accounts import addresses, sentences, tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.connections import (
    ConnectForm,
    PermitForm,
    RateForm,
    SigningKeyForm,
)
from accounts.models import Connection, Poll, Workspace
from accounts.rights import Right, allows
from accounts.selectors import freshness, grants
from accounts.selectors import hooks as hook_selectors
from accounts.services import connections, hooks, oauth, permits
from accounts.views import refusals
from seven_dashboard.errors import Refused


def _connection(workspace: Workspace) -> Connection:
    """Return the workspace's connection, or raise Http404."""
    found = Connection.objects.filter(workspace=workspace).first()
    if found is None:
        raise Http404
    return found


@require_GET
@member(Right.READ)
def connection(request: WorkspaceRequest) -> HttpResponse:
    found = Connection.objects.filter(workspace=request.workspace).first()
    context: dict[str, object] = {
        "connection": found,
        "can_manage": allows(request.membership.role, Right.MANAGE_CONNECTION),
        "is_real": addresses.is_real_gateway(),
        "gateway_host": addresses.gateway_host(),
    }
    if found is not None:
        context |= {
            "broken_sentence": sentences.of_connection(found),
            "hooks": hook_selectors.health(found),
            "fresh": freshness.of(found, Poll.Kind.BALANCE),
            "permission": grants.of(found),
            "lacks_right": grants.lacks_right(found),
            "rate_form": RateForm(initial={"rate_per_s": found.rate_per_s}),
        }
    return render(request, "accounts/connection/page.html", context)


@sensitive_post_parameters("api_key", "signing_key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_CONNECTION)
def connection_connect(request: WorkspaceRequest) -> HttpResponse:
    """Ask for keys and store them if the gateway accepts them."""
    old = Connection.objects.filter(workspace=request.workspace).first()
    form = ConnectForm(
        request.POST or None, has_signing_key=bool(old and old.signing_key)
    )
    if request.method == "POST" and form.is_valid():
        try:
            connected = connections.connect(
                workspace=request.workspace,
                actor=request.user,
                api_key=form.cleaned_data["api_key"],
                signing_key=form.wanted_signing_key(),
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            tasks.queue_all(connected)
            messages.success(request, _("The gateway account is connected."))
            return redirect("accounts:connection")
    context = {
        "form": form,
        "old": old,
        "permit_form": PermitForm(initial={"uses": grants.uses(old)}),
        "is_permit_offered": oauth.is_offered(),
        "is_real": addresses.is_real_gateway(),
        "gateway_host": addresses.gateway_host(),
    }
    return render(request, "accounts/connection/connect.html", context)


@sensitive_post_parameters("signing_key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_CONNECTION)
def connection_signing(request: WorkspaceRequest) -> HttpResponse:
    """Take another signing key, or none, for the connection as it is."""
    found = _connection(request.workspace)
    is_removal = "remove" in request.POST
    form = SigningKeyForm(None if is_removal else request.POST or None)
    if is_removal or (request.method == "POST" and form.is_valid()):
        key = "" if is_removal else form.cleaned_data["signing_key"]
        try:
            connections.set_signing_key(
                connection=found, actor=request.user, signing_key=key
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            messages.success(request, _("The signing key is saved."))
            return redirect("accounts:connection")
    context = {"form": form, "connection": found}
    return render(request, "accounts/connection/signing.html", context)


@require_POST
@member(Right.MANAGE_CONNECTION)
def connection_check(request: WorkspaceRequest) -> HttpResponse:
    """Ask the gateway now whether the stored keys work."""
    try:
        connections.check(connection=_connection(request.workspace))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The gateway accepts the connection."))
    return redirect("accounts:connection")


@require_POST
@member(Right.MANAGE_CONNECTION)
def connection_rate(request: WorkspaceRequest) -> HttpResponse:
    found = _connection(request.workspace)
    form = RateForm(request.POST)
    if form.is_valid():
        connections.set_rate(
            connection=found,
            actor=request.user,
            rate_per_s=form.cleaned_data["rate_per_s"],
        )
        messages.success(request, _("The pace is saved."))
    else:
        messages.error(request, " ".join(map(str, form.errors["rate_per_s"])))
    return redirect("accounts:connection")


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.MANAGE_CONNECTION)
def connection_disconnect(request: WorkspaceRequest) -> HttpResponse:
    """Forget the keys; our webhook at the gateway is withdrawn if it answers."""
    found = _connection(request.workspace)
    if request.method != "POST":
        return render(
            request, "accounts/connection/disconnect.html", {"connection": found}
        )
    # Those that act as its subaccounts end with it.
    is_withdrawn = hooks.try_to_withdraw([found, *found.children.all()])
    permits.try_to_revoke(found)
    connections.disconnect(connection=found, actor=request.user)
    messages.success(request, _("The gateway account is disconnected."))
    if not is_withdrawn:
        messages.warning(request, refusals.HOOK_LEFT)
    return redirect("accounts:connection")
