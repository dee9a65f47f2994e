from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import options
from messaging.models import Campaign
from messaging.selectors import audience_words, campaigns, live, templates
from messaging.services import previews, starts
from messaging.states import CampaignState
from messaging.views import reports, rights
from seven_dashboard.statuses import find

STOP_POLLING = 286
BEFORE_LAUNCH = (CampaignState.DRAFT, CampaignState.SCHEDULED)


@require_GET
@member(Right.READ)
def campaign_list(request: WorkspaceRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    search = request.GET.get("q", "").strip()[:120]
    page = campaigns.page(
        request.workspace,
        state=state,
        search=search,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    values = {
        "page": page,
        "lines": campaigns.lines(list(page.rows)),
        "state": state if state in CampaignState.values else "",
        "search": search,
        "states": [(code, find(code).label) for code in CampaignState.values],
        "chips": _chips(state, search),
        "may_send": rights.may_send(request),
    }
    return render(request, "messaging/campaigns/list.html", values)


@require_GET
@member(Right.READ)
def campaign_detail(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    if campaign.state in BEFORE_LAUNCH:
        return redirect("messaging:campaign_check", campaign.pk)
    values = _live_values(request, campaign)
    values["audience"] = audience_words.of(campaign)
    values["pin"] = templates.pin_of(campaign)
    if values["live"].pause.kind == "cost":
        values["bound"] = starts.cost_needed(campaign)
    return render(request, "messaging/campaigns/detail.html", values)


@require_GET
@member(Right.READ)
def campaign_live(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = campaigns.get(request.workspace, campaign_id)
    if campaign.state in BEFORE_LAUNCH:
        return redirect("messaging:campaign_detail", campaign.pk)
    values = _live_values(request, campaign)
    # The head with its buttons is sent only when it changed, so that nobody
    # loses a button under the finger.
    values["is_changed"] = request.GET.get("head") != values["live"].head_key
    values["is_fragment"] = True
    if not request.htmx:
        return redirect("messaging:campaign_detail", campaign.pk)
    if not values["live"].is_over:
        return render(request, "messaging/campaigns/_live.html", values)
    # The report takes the place of everything that was in the page.
    values["audience"] = audience_words.of(campaign)
    values["pin"] = templates.pin_of(campaign)
    answer = render(request, "messaging/campaigns/_body.html", values)
    answer.status_code = 200 if values["report_poll_s"] else STOP_POLLING
    answer["HX-Retarget"], answer["HX-Reswap"] = "#campaign-body", "outerHTML"
    return answer


def _live_values(request: WorkspaceRequest, campaign: Campaign) -> dict[str, Any]:
    found = live.of(campaign)
    own = options.read(campaign.channel, campaign.options)
    return {
        "campaign": campaign,
        "own": own,
        "preview": previews.as_written(campaign.channel, campaign.text, own),
        "live": found,
        "progress": found.progress,
        "may_steer": rights.may_steer(request, campaign),
        "may_send": rights.may_send(request),
        "may_export": rights.may_export(request),
        "now": timezone.now(),
        **(reports.values_of(found) if found.is_over else {}),
    }


def _chips(state: str, search: str) -> list[dict[str, str]]:
    address = reverse("messaging:campaign_list")
    chips = []
    if state in CampaignState.values:
        label = _("State: %(state)s") % {"state": find(state).label}
        kept = f"?{urlencode({'q': search})}" if search else ""
        chips.append({"label": label, "url": address + kept})
    if search:
        label = _("Name: %(search)s") % {"search": search}
        kept = f"?state={state}" if state in CampaignState.values else ""
        chips.append({"label": label, "url": address + kept})
    return chips
