from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.selectors import fields as contact_fields
from messaging import plain_spellings
from messaging.forms.composer import PARTS, CampaignForm
from messaging.models import Campaign
from messaging.selectors import campaigns as found_campaigns
from messaging.services import drafts, previews
from messaging.services.previews import Preview
from messaging.states import CampaignState
from messaging.views import rights
from seven_dashboard.errors import Refused

# Acts that show the page again instead of saving.
SHOWN_AGAIN = ("preview", "next", "previous", "replace", "replace_all")
BEFORE_LAUNCH = (CampaignState.DRAFT, CampaignState.SCHEDULED)


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_create(request: WorkspaceRequest) -> HttpResponse:
    if request.method == "POST":
        return _saved(request, None)
    initial = {
        "groups": request.GET.getlist("group"),
        "segments": request.GET.getlist("segment"),
    }
    form = CampaignForm(workspace=request.workspace, initial=initial)
    return _composer(request, form, None)


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_edit(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    if campaign.state not in BEFORE_LAUNCH:
        messages.warning(request, _("A launched campaign can no longer be changed."))
        return redirect("messaging:campaign_detail", campaign.pk)
    if request.method == "POST":
        return _saved(request, campaign)
    return _composer(request, CampaignForm.of(campaign), campaign)


@require_POST
@member(Right.SEND)
def campaign_preview(request: WorkspaceRequest) -> HttpResponse:
    form = CampaignForm(request.POST, workspace=request.workspace)
    form.is_valid()
    values = {
        "form": form,
        "preview": _preview(request, form),
        "is_fragment": True,
    }
    return render(request, "messaging/campaigns/_preview.html", values)


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_delete(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    if request.method == "GET":
        return render(
            request, "messaging/campaigns/delete.html", {"campaign": campaign}
        )
    try:
        drafts.delete(campaign_id=campaign.pk, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("messaging:campaign_detail", campaign.pk)
    messages.success(request, _("Draft “%(name)s” deleted.") % {"name": campaign.name})
    return redirect("messaging:campaign_list")


@require_POST
@member(Right.SEND)
def campaign_duplicate(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = found_campaigns.get(request.workspace, campaign_id)
    copy = drafts.duplicate(campaign=campaign, actor=request.user)
    messages.success(request, _("This is a copy. The original stays as it is."))
    return redirect("messaging:campaign_edit", copy.pk)


def _saved(request: WorkspaceRequest, campaign: Campaign | None) -> HttpResponse:
    form = CampaignForm(request.POST, workspace=request.workspace)
    usual = "preview" if "show" in request.POST else "check"
    act = "replace" if "replace" in request.POST else request.POST.get("act", usual)
    is_valid = form.is_valid()
    if act in SHOWN_AGAIN:
        return _composer(request, _again(request, form, act), campaign)
    if act == "check" and is_valid:
        is_valid = form.is_complete()
    if not is_valid:
        return _composer(request, form, campaign, status=422)
    try:
        campaign = _written(request, form, campaign)
    except Refused as refused:
        form.add_error(
            refused.field if refused.field in form.fields else None, str(refused)
        )
        return _composer(request, form, campaign, status=422)
    if act == "check":
        return redirect("messaging:campaign_check", campaign.pk)
    messages.success(request, _("Draft saved."))
    return redirect("messaging:campaign_edit", campaign.pk)


def _written(
    request: WorkspaceRequest, form: CampaignForm, campaign: Campaign | None
) -> Campaign:
    fields = dict(form.cleaned_data)
    if campaign is None:
        return drafts.create(workspace=request.workspace, actor=request.user, **fields)
    return drafts.update(campaign=campaign, actor=request.user, **fields)


def _again(request: WorkspaceRequest, form: CampaignForm, act: str) -> CampaignForm:
    """Return the form as typed; errors of an unfinished one are not shown yet."""
    data = request.POST.copy()
    if act in ("replace", "replace_all"):
        text = data.get("text", "").replace("\r\n", "\n")
        wanted = {request.POST["replace"]} if act == "replace" else None
        data["text"] = plain_spellings.replaced(text, wanted)
    initial: dict[str, Any] = {name: data.get(name) for name in form.fields}
    initial |= {name: data.getlist(name) for name in PARTS}
    again = CampaignForm(initial=initial, workspace=request.workspace)
    again.text_error = form.text_error
    return again


def _composer(
    request: WorkspaceRequest,
    form: CampaignForm,
    campaign: Campaign | None,
    *,
    status: int = 200,
) -> HttpResponse:
    values = {
        "form": form,
        "campaign": campaign,
        "tokens": _tokens(request),
        "has_groups": form.has_groups,
        "offered": form.offered,
        "preview": _preview(request, form),
        "spellings": plain_spellings.TABLE,
        "is_fragment": False,
    }
    return render(request, "messaging/campaigns/composer.html", values, status=status)


def _tokens(request: WorkspaceRequest) -> list[dict[str, str]]:
    """Return what each button writes; a greeting needs something for the nameless."""
    somebody = pgettext("stands for a missing first name", "there")
    defaults = {"firstname": f"|{somebody}"}
    return [
        {
            "label": str(variable.label),
            "text": f"{{{{ {variable.name}{defaults.get(variable.name, '')} }}}}",
        }
        for variable in contact_fields.variables(request.workspace)
    ]


def _preview(request: WorkspaceRequest, form: CampaignForm) -> Preview:
    at = request.POST.get("show") or request.POST.get("at", "")
    return previews.build(
        form.audience(),
        text=form.typed_text(),
        at=int(at) if at.isdecimal() and len(at) < 19 else 0,
        step=request.POST.get("act", ""),
        sent_with=form.typed_options(),
    )
