from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import tasks
from accounts.access import WorkspaceRequest, member
from accounts.models import Connection, Poll
from accounts.rights import Right
from accounts.services import schedules
from accounts.views import next_page


@require_POST
@member(Right.READ)
def poll_refresh(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """Queue one polling now; the page shows what is there until it is done."""
    connection = Connection.objects.filter(workspace=request.workspace).first()
    if connection is None or kind not in Poll.Kind.values:
        raise Http404
    claim = schedules.claim_now(connection=connection, kind=kind)
    if claim is not None:
        tasks.queue_poll(claim)
    messages.info(request, _("Fetching from the gateway. Reload in a moment."))
    return redirect(next_page.wanted(request, otherwise="accounts:overview"))
