from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from messaging import options, plain_spellings
from messaging.forms.composer import PARTS, CampaignForm, cards
from messaging.forms.composer.channel import initial_of
from messaging.forms.composer.schedule import MULTIPLE
from messaging.models import Campaign
from messaging.selectors import campaigns as found_campaigns
from messaging.selectors import templates as found_templates
from messaging.selectors.templates import Pin
from messaging.services import drafts, previews
from messaging.services.draft_saves import Conflict
from messaging.services.previews import Preview
from messaging.states import CampaignState
from messaging.views import drafting, list_words, rights
from messaging.views.tokens import tokens_of
from seven_dashboard.errors import Refused

# Acts that show the page again instead of saving.
CARD_ACTS = (cards.ADD, cards.TAKE_AWAY)
SPELLING_ACTS = ("plain_values", "own_values")
SHOWN_AGAIN = ("preview", "next", "previous", "replace", "replace_all", *SPELLING_ACTS)


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_create(request: WorkspaceRequest) -> HttpResponse:
    if request.method == "POST":
        return _saved(request, drafting.posted(request))
    initial: dict[str, Any] = {
        "groups": request.GET.getlist("group"),
        "segments": request.GET.getlist("segment"),
        **_of_template(request),
    }
    form = CampaignForm(workspace=request.workspace, initial=initial)
    return _composer(request, form, None)


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_edit(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    if campaign.state != CampaignState.DRAFT:
        messages.warning(request, _("A launched campaign can no longer be changed."))
        return redirect("messaging:campaign_detail", campaign.pk)
    if request.method == "POST":
        return _saved(request, campaign)
    return _composer(request, CampaignForm.of(campaign), campaign)


@require_POST
@member(Right.SEND)
def campaign_preview(request: WorkspaceRequest) -> HttpResponse:
    form = drafting.form_of(request, drafting.posted(request))
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
    act = _act(request)
    data = cards.changed(request.POST) if cards.is_asked(request) else None
    form = drafting.form_of(request, campaign, data=data)
    if act in SHOWN_AGAIN:
        return _composer(request, _again(request, form, act), campaign)
    if act == "check" and not (form.is_valid() and form.is_complete()):
        return _composer(request, form, campaign, status=422)
    if act == "copy":
        campaign = None
    try:
        campaign = drafting.kept(request, form, campaign, is_forced=act == "overwrite")
        drafting.act_on(request, act, form, campaign)
    except Conflict as conflict:
        return _composer(request, form, campaign, status=422, conflict=conflict)
    except Refused as refused:
        form.add_error(
            refused.field if refused.field in form.fields else None, str(refused)
        )
        return _composer(request, form, campaign, status=422)
    if act == "check":
        return redirect("messaging:campaign_check", campaign.pk)
    if form.errors:
        return _composer(request, form, campaign, status=422)
    page = reverse("messaging:campaign_edit", args=[campaign.pk])
    return redirect(f"{page}#cards" if act in CARD_ACTS else page)


def _act(request: WorkspaceRequest) -> str:
    """Return which button was pressed; some of them say so by their own name."""
    for name, act in (
        ("replace", "replace"),
        ("remove", "remove"),
        ("use", "template"),
        (cards.TAKE_AWAY, cards.TAKE_AWAY),
    ):
        if name in request.POST:
            return act
    usual = "preview" if "show" in request.POST else "check"
    return request.POST.get("act", usual)


def _of_template(request: WorkspaceRequest) -> dict[str, Any]:
    """Return what a new campaign takes from the template in the address."""
    try:
        wanted = UUID(request.GET.get("template", ""))
    except ValueError:
        return {}
    template = found_templates.get(request.workspace, wanted)
    version = found_templates.version(template, template.latest)
    own = options.read(template.channel, version.options)
    return {
        "text": version.text,
        "channel": template.channel,
        "template_version": version.pk,
        **initial_of(own),
    }


def _again(request: WorkspaceRequest, form: CampaignForm, act: str) -> CampaignForm:
    """Return the form as typed; errors of an unfinished one are not shown yet."""
    data = request.POST.copy()
    if act in ("replace", "replace_all"):
        text = data.get("text", "").replace("\r\n", "\n")
        wanted = {request.POST["replace"]} if act == "replace" else None
        data["text"] = plain_spellings.replaced(text, wanted)
    elif act in SPELLING_ACTS:
        data["has_plain_values"] = "on" if act == "plain_values" else ""
    initial: dict[str, Any] = {name: data.get(name) for name in form.fields}
    initial |= {name: data.getlist(name) for name in (*PARTS, *MULTIPLE)}
    again = CampaignForm(
        initial=initial, workspace=request.workspace, campaign=form.campaign
    )
    again.text_error = form.text_error
    return again


def _composer(
    request: WorkspaceRequest,
    form: CampaignForm,
    campaign: Campaign | None,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
) -> HttpResponse:
    values = {
        "form": form,
        "campaign": campaign,
        "tokens": tokens_of(request.workspace, campaign),
        "has_groups": form.has_groups,
        "offered": form.offered,
        "preview": _preview(request, form),
        "spellings": plain_spellings.TABLE,
        "is_fragment": False,
        "conflict": conflict,
        "lists": list_words.of(campaign),
        "pin": _pin(form),
        "templates": found_templates.offered(request.workspace, form.chosen_channel()),
        "may_keep": allows(request.membership.role, Right.MANAGE_CAMPAIGNS),
        "may_import": allows(request.membership.role, Right.EDIT_CONTACTS),
        **_line(request, campaign, conflict),
    }
    return render(request, "messaging/campaigns/composer.html", values, status=status)


def _line(
    request: WorkspaceRequest, campaign: Campaign | None, conflict: Conflict | None
) -> dict[str, Any]:
    """Return what the page has to know of the draft for its next save."""
    revision = campaign.revision if campaign else ""
    if conflict:
        revision = request.POST.get("revision", "")
    return {"revision": revision, "page_name": drafting.page_name(request)}


def _pin(form: CampaignForm) -> Pin | None:
    pinned = str(form["template_version"].value() or "")
    if not pinned.isdecimal():
        return None
    own = options.as_json(form.typed_options())
    return found_templates.pin(form.workspace, int(pinned), form.typed_text(), own)


def _preview(request: WorkspaceRequest, form: CampaignForm) -> Preview:
    at = request.POST.get("show") or request.POST.get("at", "")
    # The rows of lists have negative places.
    is_place = at.removeprefix("-").isdecimal() and len(at) < 19
    return previews.build(
        form.audience(),
        text=form.typed_text(),
        at=int(at) if is_place else 0,
        step=request.POST.get("act", ""),
        sent_with=form.typed_options(),
        campaign=form.campaign,
    )
