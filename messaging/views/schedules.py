from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import tasks
from messaging.services import starts
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
