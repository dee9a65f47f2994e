from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.forms.steering import ResumeForm
from messaging.selectors import campaigns as found_campaigns
from messaging.selectors import progress
from messaging.selectors.live import Live
from messaging.services import campaigns
from messaging.states import CampaignState
from messaging.views import rights
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text

CANCELLABLE = (CampaignState.SCHEDULED, *Live.cancellable)


@require_POST
@member(Right.SEND)
def campaign_pause(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    # Whoever may send may stop: waiting for the author would cost messages.
    campaign = found_campaigns.get(request.workspace, campaign_id)

    def act() -> str:
        campaigns.pause(campaign_id=campaign.pk, actor=request.user)
        return _("Paused. What is on its way already still arrives.")

    return _done(request, campaign.pk, act)


@require_POST
@member(Right.SEND)
def campaign_resume(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    form = ResumeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the new bound as an amount, like 120."))
        return redirect("messaging:campaign_detail", campaign.pk)

    def act() -> str:
        campaigns.resume(
            campaign_id=campaign.pk,
            actor=request.user,
            cost_agreed=form.cleaned_data["cost_agreed"],
        )
        return _("Sending goes on at the next unsent message.")

    return _done(request, campaign.pk, act)


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_cancel(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    if request.method == "GET" and campaign.state not in CANCELLABLE:
        messages.warning(request, _("This campaign is not running."))
        return redirect("messaging:campaign_detail", campaign.pk)
    if request.method == "GET":
        values = {"campaign": campaign, "progress": progress.of_one(campaign)}
        return render(request, "messaging/campaigns/cancel.html", values)

    def act() -> str:
        campaigns.cancel(campaign_id=campaign.pk, actor=request.user)
        return _("Cancelled. Nothing more will be sent.")

    return _done(request, campaign.pk, act)


@require_POST
@member(Right.SEND)
def campaign_retry(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)

    def act() -> str:
        count = campaigns.retry_failed(campaign_id=campaign.pk, actor=request.user)
        return ngettext(
            "%(count)s message is sent again.",
            "%(count)s messages are sent again.",
            count,
        ) % {"count": number_text(count)}

    return _done(request, campaign.pk, act)


def _done(
    request: WorkspaceRequest, campaign_id: UUID, act: Callable[[], str]
) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("messaging:campaign_detail", campaign_id)
