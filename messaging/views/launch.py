from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import options, tasks
from messaging.forms.steering import LaunchForm
from messaging.models import Campaign
from messaging.selectors import audience_words, concerned, plans, templates
from messaging.selectors import campaigns as found_campaigns
from messaging.selectors.plans import Plan
from messaging.services import (
    campaigns,
    checks,
    launch_words,
    previews,
    quick_sends,
    starts,
    test_sends,
)
from messaging.services.checks import Check
from messaging.states import CampaignState
from messaging.views import rights
from messaging.views.checking import number
from seven_dashboard.errors import Refused

BEFORE_LAUNCH = (CampaignState.DRAFT, CampaignState.SCHEDULED)


@require_GET
@member(Right.READ)
def campaign_check(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = found_campaigns.get(request.workspace, campaign_id)
    if campaign.state not in BEFORE_LAUNCH:
        return redirect("messaging:campaign_detail", campaign.pk)
    check = checks.of(campaign)
    form = LaunchForm(
        initial={"cost_agreed": check.cost_bound, "fingerprint": check.fingerprint}
    )
    return _page(request, check, form)


@require_POST
@member(Right.SEND)
def campaign_launch(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    if campaign.state != CampaignState.DRAFT:
        messages.info(request, _("This campaign was launched already."))
        return redirect("messaging:campaign_detail", campaign.pk)
    form = LaunchForm(request.POST)
    if not form.is_valid():
        return _page(request, checks.of(campaign), form, status=422)
    check = checks.of(campaign)
    if _is_refused(check, form):
        return _page(request, check, form, status=422)
    go = starts.agree if campaign.start_clock else campaigns.launch
    try:
        go(
            campaign_id=campaign.pk,
            actor=request.user,
            cost_agreed=form.cleaned_data["cost_agreed"],
            seen=form.cleaned_data["fingerprint"],
            checked=check,
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        check = checks.of(campaign)
        form.show_again(fingerprint=check.fingerprint, cost_bound=check.cost_bound)
        return _page(request, check, form, status=422)
    if not campaign.start_clock:
        transaction.on_commit(partial(tasks.ring_prepare, campaign.pk), robust=True)
    return redirect("messaging:campaign_detail", campaign.pk)


def _is_refused(check: Check, form: LaunchForm) -> bool:
    """Hold a launch that is not what the person saw, or not confirmed."""
    if form.cleaned_data["fingerprint"] != check.fingerprint:
        form.add_error(
            None,
            _("The draft or its groups have changed since. Look at the new figures."),
        )
        form.show_again(fingerprint=check.fingerprint, cost_bound=check.cost_bound)
    elif check.problems:
        form.add_error(None, check.problems[0])
    elif check.confirm_word and form.cleaned_data["confirm_word"] != check.confirm_word:
        form.add_error(
            "confirm_word",
            _("Type the number of recipients, %(word)s, to confirm.")
            % {"word": check.confirm_word},
        )
    return bool(form.errors)


def _plan(campaign: Campaign) -> Plan:
    try:
        return plans.of(campaign)
    except Refused:
        # The problem is named already, as an audience that cannot be worked out.
        return Plan()


def _page(
    request: WorkspaceRequest, check: Check, form: LaunchForm, *, status: int = 200
) -> HttpResponse:
    campaign: Campaign = check.campaign
    may_steer = rights.may_steer(request, campaign)
    at, asked = number(request, "at"), request.GET.get("q", "").strip()[:100]
    plan = _plan(campaign)
    values = {
        "asked": asked,
        "summary": launch_words.of(check, plan),
        "test": _test(request, campaign, at) if may_steer else {},
        "campaign": campaign,
        "check": check,
        "forecast": check.forecast,
        "own": options.read(campaign.channel, campaign.options),
        "form": form,
        "audience": audience_words.of(campaign),
        "pin": templates.pin_of(campaign),
        "preview": previews.sample(campaign, at=at),
        "plan": plan,
        "may_steer": may_steer,
    }
    if asked and not check.problems:
        values["found"] = concerned.find(campaign, asked)
    return render(request, "messaging/campaigns/check.html", values, status=status)


def _test(request: WorkspaceRequest, campaign: Campaign, at: int) -> dict[str, Any]:
    """Return what the form of a test shows: its cost, or why there is none."""
    values: dict[str, Any] = {"sent": test_sends.of(campaign)}
    try:
        quote = test_sends.quote(campaign=campaign, actor=request.user, at=at)
    except Refused as refused:
        return {**values, "error": str(refused)}
    if quote:
        token = quick_sends.token_of(quote, workspace=request.workspace)
        values |= {"quote": quote, "token": token}
    return values
