from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.selectors import keyset
from messaging.selectors import inbound
from messaging.services import rcs_events
from messaging.views import rights
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.resources.rcs import RcsEvent


@require_GET
@member(Right.READ)
def inbox(request: WorkspaceRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:40]
    kind = request.GET.get("kind", "")
    page = inbound.page(
        request.workspace,
        search=search,
        only_stops=kind == "stop",
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    values = {
        "page": page,
        "search": search,
        "kind": kind,
        "tells_read": rcs_events.telling(request.workspace).tells_read,
        "may_send": rights.may_send(request),
        "may_set": allows(request.membership.role, Right.MANAGE_CAMPAIGNS),
    }
    return render(request, "messaging/inbox/list.html", values)


@require_POST
@member(Right.SEND)
def inbound_tell(request: WorkspaceRequest, message_id: int) -> HttpResponse:
    message = inbound.get(request.workspace, message_id)
    is_read = request.POST.get("event") == RcsEvent.READ
    try:
        is_told = rcs_events.tell(
            message, RcsEvent.READ if is_read else RcsEvent.IS_TYPING
        )
    except Refused as refused:
        notices.error(request, str(refused))
    else:
        said = _("The person is told.") if is_told else _("The person knows already.")
        notices.success(request, said)
    return redirect("messaging:inbox")


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def inbox_settings(request: WorkspaceRequest) -> HttpResponse:
    rcs_events.set_telling(
        workspace=request.workspace,
        actor=request.user,
        tells_read=request.POST.get("tells_read") == "on",
        tells_typing=request.POST.get("tells_typing") == "on",
    )
    notices.success(request, _("Saved."))
    return redirect("messaging:inbox")
