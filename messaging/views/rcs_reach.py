from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import options
from messaging.selectors import campaigns, concerned, rcs_reach
from messaging.selectors.rcs_reach import Reach
from messaging.views import rights
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def campaign_rcs_reach(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    audience = concerned.audience_of(campaign)
    try:
        reach = rcs_reach.of(audience)
    except Refused:
        # The check names the part that is broken.
        reach = Reach()
    values = {
        "campaign": campaign,
        "own": options.read(campaign.channel, campaign.options),
        "reach": reach,
        "groups": campaign.groups.all()[:5],
        "segments": campaign.segments.all()[:5],
        "may_look_up": rights.may_look_up(request),
    }
    return render(request, "messaging/campaigns/_rcs_reach.html", values)
