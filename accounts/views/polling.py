from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from accounts import tasks
from accounts.access import WorkspaceRequest, member
from accounts.models import Connection, Poll
from accounts.rights import Right
from accounts.selectors import freshness
from accounts.services import schedules
from accounts.views import next_page


def _connection(request: WorkspaceRequest, kind: str) -> Connection:
    """Return the workspace's connection if the kind is one, or raise Http404."""
    found = Connection.objects.filter(workspace=request.workspace).first()
    if found is None or kind not in Poll.Kind.values:
        raise Http404
    return found


@require_POST
@member(Right.READ)
def poll_refresh(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """Queue one polling now; the page shows what is there until it is done."""
    connection = _connection(request, kind)
    claim = schedules.claim_now(connection=connection, kind=kind)
    if claim is not None:
        tasks.queue_poll(claim)
    if request.htmx:
        return _fragment(request, freshness.of(connection, kind))
    messages.info(request, _("Fetching from the gateway. Reload in a moment."))
    return redirect(next_page.wanted(request, otherwise="accounts:overview"))


@require_GET
@member(Right.READ)
def gateway_state(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """Show how current a kind is, and tell the page when newer figures came."""
    fresh = freshness.of(_connection(request, kind), kind)
    response = _fragment(request, fresh)
    if fresh.seen != request.GET.get("seen", ""):
        trigger_client_event(response, fresh.event)
    return response


def _fragment(request: WorkspaceRequest, fresh: freshness.Freshness) -> HttpResponse:
    context = {"fresh": fresh, "as_fragment": True}
    return render(request, "accounts/_fresh.html", context)
