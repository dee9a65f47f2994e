from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.models import Channel
from messaging import options
from messaging.forms.composer import cards
from messaging.forms.templates import TemplateForm
from messaging.models import Template, TemplateVersion
from messaging.selectors import templates as found_templates
from messaging.services import previews, templates
from messaging.views.tokens import tokens_of
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def template_list(request: WorkspaceRequest) -> HttpResponse:
    search, channel = request.GET.get("q", "")[:100], request.GET.get("channel", "")
    is_archived = request.GET.get("archived") == "1"
    channel = channel if channel in Channel.values else ""
    rows = found_templates.found(
        request.workspace, search=search, channel=channel, is_archived=is_archived
    )
    values = {
        "templates": rows,
        "search": search,
        "channel": channel,
        "channels": Channel.choices,
        "is_archived": is_archived,
        "is_filtered": bool(search or channel or is_archived),
        "most": found_templates.MOST_SHOWN,
        "may_edit": _may_edit(request),
    }
    return render(request, "messaging/templates/list.html", values)


@require_GET
@member(Right.READ)
def template_detail(request: WorkspaceRequest, template_id: UUID) -> HttpResponse:
    template = found_templates.get(request.workspace, template_id)
    return _detail(request, template, template.latest)


@require_GET
@member(Right.READ)
def template_version(
    request: WorkspaceRequest, template_id: UUID, number: int
) -> HttpResponse:
    template = found_templates.get(request.workspace, template_id)
    return _detail(request, template, number)


@require_http_methods(["GET", "POST"])
@member(Right.MANAGE_CAMPAIGNS)
def template_create(request: WorkspaceRequest) -> HttpResponse:
    if cards.is_asked(request):
        return _other_cards(request, None)
    form = TemplateForm(request.POST or None, workspace=request.workspace)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            template = templates.create(
                workspace=request.workspace,
                actor=request.user,
                name=fields["name"],
                channel=fields["channel"],
                text=fields["text"],
                own=form.own(),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The template is saved."))
            return redirect("messaging:template_detail", template.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@member(Right.MANAGE_CAMPAIGNS)
def template_edit(request: WorkspaceRequest, template_id: UUID) -> HttpResponse:
    template = found_templates.get(request.workspace, template_id)
    if request.method == "GET":
        latest = found_templates.version(template, template.latest)
        return _form(request, _empty_form(request, template, latest), template)
    if cards.is_asked(request):
        return _other_cards(request, template)
    form = TemplateForm(request.POST, template=template, workspace=request.workspace)
    if form.is_valid():
        try:
            templates.update(
                template=template,
                actor=request.user,
                name=form.cleaned_data["name"],
                text=form.cleaned_data["text"],
                seen=form.cleaned_data["seen"] or 0,
                own=form.own(),
            )
        except Refused as refused:
            form.refuse(refused)
            if refused.code == "conflict":
                return _conflict(request, form, template)
        else:
            messages.success(request, _("The template is saved."))
            return redirect("messaging:template_detail", template.pk)
    return _form(request, form, template)


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def template_restore(
    request: WorkspaceRequest, template_id: UUID, number: int
) -> HttpResponse:
    template = found_templates.get(request.workspace, template_id)
    version = found_templates.version(template, number)
    try:
        templates.restore(version=version, actor=request.user)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        sentence = _("Version %(number)s is the newest one again.")
        messages.success(request, sentence % {"number": number})
    return redirect("messaging:template_detail", template.pk)


@require_POST
@member(Right.MANAGE_CAMPAIGNS)
def template_archive(request: WorkspaceRequest, template_id: UUID) -> HttpResponse:
    template = found_templates.get(request.workspace, template_id)
    is_archived = request.POST.get("archived") == "1"
    templates.set_archived(
        template=template, actor=request.user, is_archived=is_archived
    )
    messages.success(
        request,
        _("The template is archived and offered no longer.")
        if is_archived
        else _("The template is offered again."),
    )
    return redirect("messaging:template_detail", template.pk)


@require_http_methods(["GET", "POST"])
@member(Right.MANAGE_CAMPAIGNS)
def template_delete(request: WorkspaceRequest, template_id: UUID) -> HttpResponse:
    template = found_templates.get(request.workspace, template_id)
    if request.method == "GET":
        values = {"template": template}
        return render(request, "messaging/templates/delete.html", values)
    try:
        templates.delete(template=template, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("messaging:template_detail", template.pk)
    sentence = _("Template “%(name)s” deleted.")
    messages.success(request, sentence % {"name": template.name})
    return redirect("messaging:template_list")


def _empty_form(
    request: WorkspaceRequest, template: Template, version: TemplateVersion
) -> TemplateForm:
    return TemplateForm(
        template=template,
        workspace=request.workspace,
        initial=TemplateForm.of_version(version),
    )


def _other_cards(request: WorkspaceRequest, template: Template | None) -> HttpResponse:
    """Show the form as typed with a card more, or without one."""
    data = cards.changed(request.POST)
    form = TemplateForm(
        template=template,
        workspace=request.workspace,
        initial={name: data.get(name) for name in data},
    )
    return _form(request, form, template)


def _detail(request: WorkspaceRequest, template: Template, number: int) -> HttpResponse:
    version = found_templates.version(template, number)
    own = options.read(template.channel, version.options)
    values = {
        "template": template,
        "version": version,
        "versions": found_templates.versions(template),
        "foreign": found_templates.foreign(request.workspace, version),
        "preview": previews.as_written(template.channel, version.text, own),
        "own": own,
        "may_edit": _may_edit(request),
        "may_send": allows(request.membership.role, Right.SEND),
    }
    return render(request, "messaging/templates/detail.html", values)


def _conflict(
    request: WorkspaceRequest, form: TemplateForm, template: Template
) -> HttpResponse:
    """Show both texts; saving again makes this person's the newest version."""
    template.refresh_from_db()
    data = request.POST.copy()
    data["seen"] = str(template.latest)
    form.data = data
    theirs = found_templates.version(template, template.latest)
    return _form(request, form, template, theirs=theirs.text)


def _form(
    request: WorkspaceRequest,
    form: TemplateForm,
    template: Template | None,
    *,
    theirs: str = "",
) -> HttpResponse:
    values = {
        "form": form,
        "template": template,
        "theirs": theirs,
        "tokens": tokens_of(request.workspace),
    }
    status = 422 if form.errors else 200
    return render(request, "messaging/templates/form.html", values, status=status)


def _may_edit(request: WorkspaceRequest) -> bool:
    return allows(request.membership.role, Right.MANAGE_CAMPAIGNS)
