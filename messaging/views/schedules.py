from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import tasks
from messaging.selectors import campaigns as found_campaigns
from messaging.services import starts
from messaging.states import CampaignState
from messaging.views import rights
from seven_dashboard.errors import Refused


@require_POST
@member(Right.SEND)
def campaign_redraft(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    try:
        starts.redraft(campaign_id=campaign.pk, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("messaging:campaign_detail", campaign.pk)
    messages.success(request, _("It is a draft again and starts only once you say so."))
    return redirect("messaging:campaign_edit", campaign.pk)


@require_GET
@member(Right.READ)
def campaign_started(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    """Take whoever looks at a planned campaign along, once it is one no more."""
    campaign = found_campaigns.get(request.workspace, campaign_id)
    address = reverse("messaging:campaign_detail", args=[campaign.pk])
    if not request.htmx:
        return redirect(address)
    if campaign.state == CampaignState.SCHEDULED:
        return HttpResponse(status=204)
    return HttpResponseClientRedirect(address)


@require_POST
@member(Right.SEND)
def campaign_send_now(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    try:
        starts.send_now(campaign_id=campaign.pk, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It starts now."))
        transaction.on_commit(partial(tasks.ring_start, campaign.pk), robust=True)
    return redirect("messaging:campaign_detail", campaign.pk)
