from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import countries
from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.selectors import keyset
from messaging.forms.steering import SettleForm
from messaging.models import Message
from messaging.selectors import calls, campaigns, messages, progress, troubles
from messaging.selectors.messages import Filter
from messaging.services import at_gateway, exports, previews, settling
from messaging.states import MessageState
from messaging.views import rights
from seven_dashboard.errors import Refused
from seven_dashboard.statuses import find


@require_GET
@member(Right.READ)
def message_list(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    wanted = _wanted(request)
    page = messages.page(
        campaign,
        wanted,
        before=keyset.cursor(request.GET.get("before")),
        after=keyset.cursor(request.GET.get("after")),
    )
    found = progress.of_one(campaign)
    values = {
        "campaign": campaign,
        "progress": found,
        "page": page,
        "lines": [(message, troubles.sentence(message)) for message in page.rows],
        "wanted": wanted,
        "states": [
            (code, find(code).label, found.totals.of(code))
            for code in MessageState.values
            if found.totals.of(code) or code == wanted.state
        ],
        "total": found.totals.of(wanted.state) if wanted.state else found.totals.total,
    }
    return render(request, "messaging/deliveries/list.html", values)


@require_GET
@member(Right.READ)
def message_detail(
    request: WorkspaceRequest, campaign_id: UUID, message_id: int
) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    message = messages.get(campaign, message_id)
    may_steer = rights.may_steer(request, campaign)
    values = {
        "campaign": campaign,
        "message": message,
        "preview": previews.of_message(message),
        "sentence": troubles.sentence(message),
        "country": countries.name_of(message.country),
        "call": calls.of(message),
        "may_hang_up": at_gateway.can_hang_up(message) and may_steer,
        "may_take_back": at_gateway.can_take_back(message) and may_steer,
        "may_settle": _is_for_person(message) and may_steer,
    }
    return render(request, "messaging/deliveries/detail.html", values)


@require_GET
@member(Right.READ)
def message_export(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponseBase:
    campaign = campaigns.get(request.workspace, campaign_id)
    what = _("recipients")
    name = f"{slugify(campaign.name) or 'campaign'}-{what}.csv"
    return StreamingHttpResponse(
        exports.messages_csv(campaign, _wanted(request)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
@member(Right.SEND)
def message_settle(
    request: WorkspaceRequest, campaign_id: UUID, message_id: int
) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    message = messages.get(campaign, message_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        notices.error(request, _("Choose one of the two ways."))
        return redirect("messaging:message_detail", campaign.pk, message.pk)
    try:
        settling.settle_by_person(
            message_id=message.pk,
            campaign_id=campaign.pk,
            actor=request.user,
            decision=form.cleaned_data["decision"],
        )
    except Refused as refused:
        notices.error(request, str(refused))
    else:
        notices.success(request, _("Settled."))
    return redirect("messaging:campaign_detail", campaign.pk)


def _wanted(request: WorkspaceRequest) -> Filter:
    state = request.GET.get("state", "")
    return Filter(
        state=state if state in MessageState.values else "",
        number=request.GET.get("q", "").strip()[:40],
    )


def _is_for_person(message: Message) -> bool:
    return message.state == MessageState.UNCLEAR and message.lease_until is None
