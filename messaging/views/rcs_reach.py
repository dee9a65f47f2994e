from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import options
from messaging.selectors import audience_parts, campaigns, rcs_reach
from messaging.selectors.audiences import Audience
from messaging.views import rights


@require_GET
@member(Right.READ)
def campaign_rcs_reach(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    parts = audience_parts.of_draft(campaign)
    values = {
        "campaign": campaign,
        "own": options.read(campaign.channel, campaign.options),
        "reach": rcs_reach.of(Audience(request.workspace, parts, campaign.channel)),
        "groups": campaign.groups.all()[:5],
        "segments": campaign.segments.all()[:5],
        "may_look_up": rights.may_look_up(request),
    }
    return render(request, "messaging/campaigns/_rcs_reach.html", values)
