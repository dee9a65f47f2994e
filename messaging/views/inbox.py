from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.models import InboundMessage
from messaging.selectors import inbound, threads
from messaging.selectors import inbox_news as news
from messaging.services import rcs_events
from messaging.views import inbox_pages
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.resources.rcs import RcsEvent

# Nothing has changed: the page keeps what it shows and asks again.
NO_NEWS = 204


@require_GET
@member(Right.READ)
def inbox(request: WorkspaceRequest) -> HttpResponse:
    return inbox_pages.page(request)


@require_GET
@member(Right.READ)
def conversation(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    return inbox_pages.page(request, found)


@require_GET
@member(Right.READ)
def conversation_older(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    before = request.GET.get("before", "")
    thread = threads.of(found, before=before)
    if not request.htmx:
        return inbox_pages.page(request, found, more={"thread": thread})
    values = {"conversation": found, "thread": thread}
    return render(request, "messaging/inbox/_older.html", values)


@require_GET
@member(Right.READ)
def inbox_news(request: WorkspaceRequest) -> HttpResponse:
    """Answer what of an open inbox has changed, or nothing."""
    seen = news.read(request.GET.get("seen", ""))
    values = inbox_pages.news_values(request, seen)
    if values["marks"] == seen:
        return HttpResponse(status=NO_NEWS)
    return render(request, "messaging/inbox/_news.html", values)


@require_GET
@member(Right.READ)
def inbound_open(request: WorkspaceRequest, message_id: int) -> HttpResponse:
    """Lead to the conversation that a message stands in."""
    return _conversation_of(request, inbound.get(request.workspace, message_id))


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
    return _conversation_of(request, message)


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


def _conversation_of(
    request: WorkspaceRequest, message: InboundMessage
) -> HttpResponse:
    found = threads.of_number(request.workspace, message.sender)
    if found is None:
        return redirect("messaging:inbox")
    return redirect("messaging:conversation", found.uuid)
