from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import countries
from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import options
from messaging.forms.steering import SettleForm
from messaging.selectors import (
    answers,
    calls,
    campaigns,
    messages,
    network_names,
    progress,
    recipient_rows,
    recipient_words,
    recipients,
    troubles,
)
from messaging.services import at_gateway, previews, settling
from messaging.states import MessageState
from messaging.views import rights
from seven_dashboard.errors import Refused
from seven_dashboard.statuses import find


@require_GET
@member(Right.READ)
def message_list(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    wanted = recipients.read(request.GET.dict())
    page = recipients.page(
        campaign,
        wanted,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    found = progress.of_one(campaign)
    did = recipients.doings(page.rows)
    words = recipient_rows.did_words()
    pressed = answers.of(campaign, page.rows)
    values = {
        "campaign": campaign,
        "progress": found,
        "page": page,
        "lines": [
            (
                message,
                troubles.sentence(message),
                [words[w] for w in did.get(pk, ())],
                *pressed.get(pk, ("", "")),
            )
            for message in page.rows
            if (pk := message.pk)
        ],
        "wanted": wanted,
        "chips": recipient_words.chips(campaign, wanted),
        "states": [
            (code, find(code, channel=campaign.channel).label, found.totals.of(code))
            for code in MessageState.values
            if found.totals.of(code) or code == wanted.state
        ],
        "countries": recipient_words.countries_of(campaign, wanted),
        "reasons": recipient_words.reasons_of(campaign, wanted),
        "dids": words.items(),
        "answers": answers.choices(campaign),
        "total": recipient_words.total(found, wanted),
        "may_export": rights.may_export(request),
        "may_send": rights.may_send(request),
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
    at = messages.for_person_at(campaign, message) if may_steer else None
    is_for_person = messages.for_person(campaign).filter(pk=message.pk).exists()
    values = {
        "campaign": campaign,
        "message": message,
        "preview": previews.of_message(message),
        "own": options.read(message.channel, campaign.options),
        "sentence": troubles.sentence(message),
        "country": countries.name_of(message.country),
        "call": calls.of(message),
        "network": network_names.of(message),
        "may_hang_up": at_gateway.can_hang_up(message) and may_steer,
        "may_take_back": at_gateway.can_take_back(message) and may_steer,
        "may_settle": is_for_person and may_steer,
        "for_person_at": None if is_for_person else at,
    }
    return render(request, "messaging/deliveries/detail.html", values)


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
