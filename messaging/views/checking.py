"""What a person does on the check page besides launching."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import tasks
from messaging.selectors import campaigns as found_campaigns
from messaging.selectors import concerned
from messaging.services import sparing, test_sends
from messaging.views import rights
from seven_dashboard.errors import Refused


@require_POST
@member(Right.SEND)
def campaign_leave_out(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    act = sparing.take_in if "take_in" in request.POST else sparing.leave_out
    word = request.POST.get("take_in") or request.POST.get("leave_out", "")
    try:
        act(campaign=campaign, actor=request.user, word=word)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("messaging:campaign_check", campaign.pk)


@require_GET
@member(Right.READ)
def campaign_concerned(
    request: WorkspaceRequest, campaign_id: UUID, word: str
) -> HttpResponse:
    campaign = found_campaigns.get(request.workspace, campaign_id)
    try:
        title, people = concerned.page(campaign, word, after=number(request, "after"))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("messaging:campaign_check", campaign.pk)
    shown = people[: concerned.PAGE]
    values = {
        "campaign": campaign,
        "title": title,
        "people": shown,
        "after": shown[-1].pk if len(people) > len(shown) else None,
        "is_first": "after" not in request.GET,
    }
    return render(request, "messaging/campaigns/concerned.html", values)


@require_POST
@member(Right.SEND)
def campaign_test(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    at = number(request, "at")
    try:
        if "own_number" in request.POST:
            test_sends.remember_number(
                campaign=campaign, actor=request.user, number=request.POST["own_number"]
            )
        else:
            sent = test_sends.send(
                campaign=campaign,
                actor=request.user,
                at=at,
                token=request.POST.get("token", ""),
            )
            transaction.on_commit(partial(tasks.ring_single, sent), robust=True)
            messages.success(request, _("The test is on its way to you."))
    except Refused as refused:
        messages.error(request, str(refused))
    page = reverse("messaging:campaign_check", args=[campaign.pk])
    return redirect(f"{page}?at={at}#test" if at else f"{page}#test")


def number(request: WorkspaceRequest, name: str) -> int:
    """Return a whole number of the address or form, 0 for anything else."""
    text = request.POST.get(name) or request.GET.get(name, "")
    is_number = text.removeprefix("-").isdecimal() and len(text) < 19
    return int(text) if is_number and text.isascii() else 0
