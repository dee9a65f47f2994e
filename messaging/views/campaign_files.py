from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.forms.campaign_files import CampaignFileForm
from messaging.models import Campaign
from messaging.services import campaign_files
from messaging.views import rights
from seven_dashboard.errors import Refused

PAGE = "messaging/campaigns/files.html"


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_file_list(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    form = CampaignFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            campaign_files.add(
                campaign=campaign,
                actor=request.user,
                chunks=upload.chunks(),
                name=form.cleaned_data["name"] or upload.name,
                content_type=upload.content_type or "",
                validity_days=form.cleaned_data["validity_days"],
                password=form.cleaned_data["password"],
            )
        except Refused as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, str(refused))
        else:
            return redirect("messaging:campaign_file_list", campaign.pk)
    return _page(request, campaign, form)


@require_POST
@member(Right.SEND)
def campaign_file_change(
    request: WorkspaceRequest, campaign_id: UUID, file_id: int
) -> HttpResponse:
    """Remove a file, or put its place into the text."""
    campaign = rights.steered(request, campaign_id)
    file = get_object_or_404(campaign.files, pk=file_id)
    change = (
        campaign_files.insert
        if request.POST.get("act") == "insert"
        else campaign_files.remove
    )
    try:
        change(file=file, actor=request.user)
    except Refused as refused:
        return _page(request, campaign, CampaignFileForm(), refused=str(refused))
    return redirect("messaging:campaign_file_list", campaign.pk)


def _page(
    request: WorkspaceRequest,
    campaign: Campaign,
    form: CampaignFileForm,
    *,
    refused: str = "",
) -> HttpResponse:
    values = {
        "campaign": campaign,
        "form": form,
        "files": campaign.files.order_by("pk"),
        "refused": refused,
    }
    return render(request, PAGE, values, status=422 if form.errors or refused else 200)
