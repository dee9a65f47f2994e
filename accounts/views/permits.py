from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import scopes, sentences, tasks
from accounts.access import WorkspaceRequest, member
from accounts.forms.connections import PermitForm
from accounts.rights import Right
from accounts.services import permits
from seven_dashboard.errors import Refused

# The state that has to come back stands in the session of the browser that left.
SESSION_KEY = "sign_in_state"


@never_cache
@require_POST
@member(Right.MANAGE_CONNECTION)
def connection_permit(request: WorkspaceRequest) -> HttpResponse:
    """Send a person to seven.io to permit us what they ticked.

    By a page of ours and not by a redirect: the content security policy lets no form
    lead to another site, and whoever waits sees where they go.
    """
    form = PermitForm(request.POST)
    chosen = form.cleaned_data["uses"] if form.is_valid() else []
    try:
        departure = permits.begin(
            workspace=request.workspace,
            user=request.user,
            scopes=scopes.wanted(chosen),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:connection_connect")
    request.session[SESSION_KEY] = departure.state
    return render(request, "accounts/connection/leave.html", {"url": departure.url})


@never_cache
@require_GET
@member(Right.MANAGE_CONNECTION)
def connection_permitted(request: WorkspaceRequest) -> HttpResponse:
    """Take a person back from seven.io, and connect with what they permitted."""
    kept_state = request.session.pop(SESSION_KEY, "")
    if "error" in request.GET:
        permits.forget(kept_state)
        messages.warning(request, str(sentences.of_no_permission(request.GET["error"])))
        return redirect("accounts:connection_connect")
    try:
        connected = permits.finish(
            workspace=request.workspace,
            user=request.user,
            state=request.GET.get("state", ""),
            kept_state=kept_state,
            code=request.GET.get("code", ""),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:connection_connect")
    tasks.queue_all(connected)
    messages.success(request, _("The gateway account is connected."))
    return redirect("accounts:connection")
