from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseStopPolling

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.selectors import calls, campaigns, messages
from messaging.services import at_gateway
from messaging.views import rights
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def call_course(
    request: WorkspaceRequest, campaign_id: UUID, message_id: int
) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    message = messages.get(campaign, message_id)
    course = calls.of(message)
    if course is None:
        raise Http404
    may_steer = rights.may_steer(request, campaign)
    values = {
        "campaign": campaign,
        "message": message,
        "call": course,
        "may_hang_up": at_gateway.can_hang_up(message) and may_steer,
    }
    answer = render(request, "messaging/deliveries/_call.html", values)
    if not course.is_live:
        answer.status_code = HttpResponseStopPolling.status_code
    return answer


@require_POST
@member(Right.SEND)
def call_hang_up(
    request: WorkspaceRequest, campaign_id: UUID, message_id: int
) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    message = messages.get(campaign, message_id)
    try:
        at_gateway.hang_up(message=message, actor=request.user)
    except Refused as refused:
        notices.error(request, str(refused))
    else:
        notices.success(request, _("Hung up."))
    return redirect("messaging:message_detail", campaign.pk, message.pk)


@require_POST
@member(Right.SEND)
def message_withdraw(
    request: WorkspaceRequest, campaign_id: UUID, message_id: int
) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    message = messages.get(campaign, message_id)
    try:
        at_gateway.take_back(message=message, actor=request.user)
    except Refused as refused:
        notices.error(request, str(refused))
    else:
        notices.success(request, _("Withdrawn: it will not be sent."))
    return redirect("messaging:message_detail", campaign.pk, message.pk)
