"""Saving a draft from the composer: by itself, by a button, beside somebody else."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks as contact_tasks
from messaging import options
from messaging.forms.composer import CampaignForm, cards
from messaging.models import Campaign
from messaging.selectors import templates as found_templates
from messaging.services import (
    draft_saves,
    draft_templates,
    drafts,
    number_lists,
    templates,
)
from messaging.services.draft_saves import Conflict, Page
from messaging.states import CampaignState
from messaging.views import list_words, rights
from seven_dashboard.errors import Refused

BEFORE_LAUNCH = (CampaignState.DRAFT,)
# What the page says about itself and is no field of a draft.
NO_FIELDS = frozenset(
    (
        *("csrfmiddlewaretoken", "act", "at", "show", "replace", "draft", "revision"),
        *("page", "file", "remove", "use", "template", "template_name"),
        cards.TAKE_AWAY,
    )
)
# A new campaign in which only these are filled has nothing in it.
EMPTY = frozenset(("channel", "rcs_kind", "card_count", "fallback", "sender", "label"))


@require_POST
@member(Right.SEND)
def campaign_autosave(request: WorkspaceRequest) -> HttpResponse:
    """Keep what is typed; answers with what the page has to know for the next time."""
    campaign = posted(request)
    form = form_of(request, campaign)
    if campaign is None and not has_content(form):
        return HttpResponse(status=204)
    try:
        saved = kept(request, form, campaign)
    except Conflict as conflict:
        return saved_line(request, campaign, conflict=conflict)
    except Refused as refused:
        return saved_line(request, campaign, error=str(refused))
    response = saved_line(request, saved)
    if campaign is None:
        address = reverse("messaging:campaign_edit", args=[saved.pk])
        response["HX-Replace-Url"] = address
    if campaign is None or campaign.numbers != saved.numbers:
        response["HX-Trigger-After-Swap"] = "draft-saved"
    return response


def posted(request: WorkspaceRequest) -> Campaign | None:
    """Return the draft that a page is about, None before its first save."""
    try:
        campaign_id = UUID(request.POST.get("draft", ""))
    except ValueError:
        return None
    return rights.steered(request, campaign_id)


def form_of(
    request: WorkspaceRequest,
    campaign: Campaign | None,
    *,
    data: QueryDict | None = None,
) -> CampaignForm:
    """Return the form as it was posted, or with other data, checked."""
    form = CampaignForm(
        data or request.POST,
        request.FILES,
        workspace=request.workspace,
        campaign=campaign,
    )
    form.is_valid()
    return form


def has_content(form: CampaignForm) -> bool:
    """Say whether anything was typed or chosen in a new campaign."""
    posted_fields = set(form.data) - NO_FIELDS - EMPTY
    return any(str(form.data.get(name, "")).strip() for name in posted_fields)


def kept(
    request: WorkspaceRequest,
    form: CampaignForm,
    campaign: Campaign | None,
    *,
    is_forced: bool = False,
) -> Campaign:
    """Save what is valid, and all as typed when something is not. Raises Refused."""
    page = Page() if is_forced else page_of(request.POST)
    return draft_saves.save(
        workspace=request.workspace,
        campaign=campaign,
        actor=request.user,
        fields=form.cleaned_data,
        typed=typed(posted_data(form)) if form.errors else {},
        page=page,
    )


def posted_data(form: CampaignForm) -> QueryDict:
    """Return what a form was made of."""
    data = form.data
    assert isinstance(data, QueryDict)
    return data


def page_of(data: QueryDict) -> Page:
    """Return what the posting page knows; a script that says nothing knows nothing."""
    revision = data.get("revision", "")
    is_number = revision.isdecimal() and len(revision) < 10
    return Page(int(revision) if is_number else None, _page_of(data))


def typed(data: QueryDict) -> dict[str, list[str]]:
    """Return the fields of the form as they were typed."""
    return {
        name: [str(value).replace("\0", "") for value in values]
        for name, values in data.lists()
        if name not in NO_FIELDS
    }


def page_name(request: WorkspaceRequest) -> str:
    """Return the name of the page that is shown: its own, or a new one."""
    return _page_of(request.POST) or uuid4().hex


def _page_of(data: QueryDict) -> str:
    return data.get("page", "").replace("\0", "")[:32]


def saved_line(
    request: WorkspaceRequest,
    campaign: Campaign | None,
    *,
    conflict: Conflict | None = None,
    error: str = "",
) -> HttpResponse:
    values: dict[str, Any] = {
        "campaign": campaign,
        "page_name": page_name(request),
        "conflict": conflict,
        "error": error,
        "revision": request.POST.get("revision", "")
        if conflict or error or campaign is None
        else campaign.revision,
        "lists": list_words.of(campaign),
        "is_fragment": True,
    }
    return render(request, "messaging/campaigns/composer/_saved.html", values)


def act_on(
    request: WorkspaceRequest, act: str, form: CampaignForm, campaign: Campaign
) -> None:
    """Do what a button of the composer does besides saving. Raises Refused."""
    if act == "upload":
        _upload(request, form, campaign)
    elif act == "remove":
        _remove(request, campaign)
    elif act == "template":
        _use(request, campaign)
    elif act == "undo_template":
        _undo_template(request, campaign)
    elif act == "keep":
        _keep_as_template(request, campaign)
    elif act == "draft":
        messages.success(request, _("Draft saved."))


def _upload(request: WorkspaceRequest, form: CampaignForm, campaign: Campaign) -> None:
    file = form.cleaned_data.get("file")
    if not file:
        raise Refused(_("Choose a file first."), code="no_file", field="file")
    source = number_lists.upload(
        campaign=campaign,
        actor=request.user,
        chunks=file.chunks(),
        filename=file.name or "",
    )
    if source.state == source.State.READY:
        transaction.on_commit(partial(contact_tasks.ring_work, source), robust=True)


def _remove(request: WorkspaceRequest, campaign: Campaign) -> None:
    source = list_words.get(campaign, request.POST["remove"])
    if source.source == source.Source.PASTED:
        drafts.update(campaign=campaign, actor=request.user, numbers="")
        return
    number_lists.delete(source=source, actor=request.user)


def _use(request: WorkspaceRequest, campaign: Campaign) -> None:
    """Write the newest version of a template into the draft, and pin it."""
    wanted = request.POST.get("use") or request.POST.get("template", "")
    try:
        template = found_templates.get(request.workspace, UUID(wanted))
    except ValueError:
        sentence = _("Choose a template first.")
        raise Refused(sentence, code="no_template") from None
    version = found_templates.version(template, template.latest)
    draft_templates.use(campaign=campaign, actor=request.user, version=version)
    sentence = _("The text is that of “%(name)s”, version %(number)s.")
    facts = {"name": template.name, "number": version.number}
    messages.success(request, sentence % facts)


def _undo_template(request: WorkspaceRequest, campaign: Campaign) -> None:
    draft_templates.undo(campaign=campaign, actor=request.user)
    messages.success(request, _("The text is the one of before again."))


def _keep_as_template(request: WorkspaceRequest, campaign: Campaign) -> None:
    if not allows(request.membership.role, Right.MANAGE_CAMPAIGNS):
        raise PermissionDenied
    typed_name = request.POST.get("template_name", "").replace("\0", "").strip()
    name = typed_name or campaign.name
    template = templates.create(
        workspace=request.workspace,
        actor=request.user,
        name=name[:120],
        channel=campaign.channel,
        text=campaign.text,
        own=options.read(campaign.channel, campaign.options),
    )
    drafts.update(
        campaign=campaign,
        actor=request.user,
        text=found_templates.version(template, 1).text,
        template_version=found_templates.version(template, 1),
    )
    sentence = _("The text is saved as the template “%(name)s”.")
    messages.success(request, sentence % {"name": template.name})
