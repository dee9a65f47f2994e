from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.models import Channel
from messaging import tasks
from messaging.forms.callers import CallerForm
from messaging.selectors import callers as found_callers
from messaging.selectors import own_numbers
from messaging.services import callers, own_agents
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def caller_list(request: WorkspaceRequest) -> HttpResponse:
    return _page(request, CallerForm())


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def caller_create(request: WorkspaceRequest) -> HttpResponse:
    form = CallerForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        callers.start(
            workspace=request.workspace,
            actor=request.user,
            number=form.cleaned_data["number"],
        )
    except Refused as refused:
        form.add_error("number", str(refused))
        return _page(request, form, status=422)
    return redirect("messaging:caller_list")


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def caller_delete(request: WorkspaceRequest, caller_id: UUID) -> HttpResponse:
    caller = found_callers.get(request.workspace, caller_id)
    callers.remove(caller=caller, actor=request.user)
    messages.success(request, _("Number removed from this list."))
    return redirect("messaging:caller_list")


@require_GET
@member(Right.READ)
def caller_rows(request: WorkspaceRequest) -> HttpResponse:
    values = _values(request)
    answer = render(request, "messaging/callers/_rows.html", values)
    if not values["is_waiting"]:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_GET
@member(Right.SEND)
def sender_options(request: WorkspaceRequest) -> HttpResponse:
    """Return what the fields for senders propose."""
    own = own_numbers.of(request.workspace)
    texting = own_numbers.of(request.workspace, has_sms=True)
    values = {
        "senders": [*texting, *found_callers.used(request.workspace, Channel.SMS)],
        "callers": [*own, *found_callers.verified(request.workspace)],
        "agents": own_agents.of(request.workspace),
        "agents_used": found_callers.used(request.workspace, Channel.RCS),
    }
    return render(request, "messaging/callers/_options.html", values)


@require_GET
def caller_told(request: HttpRequest, token: str) -> HttpResponse:
    """Take the gateway's word for a hint; whoever it is learns nothing from us."""
    caller_id = callers.told(
        token,
        is_success=request.GET.get("success") in ("1", "true"),
        reason=request.GET.get("error", ""),
    )
    if caller_id is not None:
        transaction.on_commit(partial(tasks.ring_check_caller, caller_id), robust=True)
    return HttpResponse("ok", content_type="text/plain")


def _page(
    request: WorkspaceRequest, form: CallerForm, *, status: int = 200
) -> HttpResponse:
    values = {**_values(request), "form": form}
    return render(request, "messaging/callers/list.html", values, status=status)


def _values(request: WorkspaceRequest) -> dict[str, object]:
    rows = found_callers.listing(request.workspace)
    return {
        "callers": rows,
        "is_waiting": any(row.is_open for row in rows),
        "may_manage": allows(request.membership.role, Right.MANAGE_CAMPAIGNS),
    }
