from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import tasks
from accounts.access import WorkspaceRequest, member
from accounts.models import Connection, Poll
from accounts.rights import Right
from accounts.services import schedules
from accounts.services.schedules import Claim
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
        _queue(claim)
    messages.info(request, _("Fetching from the gateway. Reload in a moment."))
    return redirect(next_page.wanted(request, otherwise="accounts:overview"))


def queue_all(connection: Connection) -> None:
    """Queue every kind of polling of a connection that is new."""
    for kind in Poll.Kind.values:
        claim = schedules.claim_now(connection=connection, kind=kind)
        if claim is not None:
            _queue(claim)


def _queue(claim: Claim) -> None:
    # Robust: without the broker the lease runs out and the sweep finds the poll.
    transaction.on_commit(
        partial(tasks.poll.delay, str(claim.connection_id), str(claim.kind)),
        robust=True,
    )
