from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks
from contacts.forms.groups import GroupDeleteForm, GroupForm
from contacts.models import BulkJob, Group
from contacts.selectors import groups as selected
from contacts.selectors.criteria import MAX_SEARCH_LENGTH
from contacts.services import bulk_runs
from contacts.services import groups as services
from contacts.views import bulk
from seven_dashboard.errors import Refused


@require_GET
@member(Right.READ)
def group_list(request: WorkspaceRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:MAX_SEARCH_LENGTH]
    page = selected.page(
        request.workspace,
        text=text,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    context = {
        "page": page,
        "text": text,
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
    }
    return render(request, "contacts/groups/list.html", context)


@require_GET
@member(Right.READ)
def group_detail(request: WorkspaceRequest, group_id: UUID) -> HttpResponse:
    """Lead to the members, which are the contacts filtered by the group."""
    group = selected.get(request.workspace, group_id)
    return redirect(f"{reverse('contacts:contact_list')}?group={group.id}")


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def group_create(request: WorkspaceRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = services.create(
                workspace=request.workspace,
                name=form.cleaned_data["name"],
                actor=request.user,
            )
        except services.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Group %(name)s saved.") % {"name": group.name})
            return redirect("contacts:group_list")
    return render(request, "contacts/groups/form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def group_edit(request: WorkspaceRequest, group_id: UUID) -> HttpResponse:
    group = selected.get(request.workspace, group_id)
    form = GroupForm(request.POST or None, initial={"name": group.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename(
                group=group, name=form.cleaned_data["name"], actor=request.user
            )
        except Refused as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("Group %(name)s saved.") % {"name": group.name})
            return redirect("contacts:group_list")
    context = {"form": form, "group": group}
    return render(request, "contacts/groups/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def group_delete(request: WorkspaceRequest, group_id: UUID) -> HttpResponse:
    group = selected.get(request.workspace, group_id)
    form = GroupDeleteForm(request.POST or None)
    is_long = group.member_count >= services.BACKGROUND_FROM
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_with_contacts and group.member_count:
                return _with_contacts(request, group, is_long=is_long)
            if group.member_count > services.AT_ONCE_UP_TO:
                job = services.delete_later(group=group, actor=request.user)
                return _ring(job)
            services.delete(group=group, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("contacts:group_delete", group.pk)
        messages.success(request, _("Group %(name)s deleted.") % {"name": group.name})
        return redirect("contacts:group_list")
    context = {"form": form, "group": group, "is_long": is_long}
    return render(request, "contacts/groups/delete.html", context)


def _with_contacts(
    request: WorkspaceRequest, group: Group, *, is_long: bool
) -> HttpResponse:
    job = services.delete_with_contacts(group=group, actor=request.user)
    if is_long:
        return _ring(job)
    bulk_runs.run(job.id)
    bulk.tell(request, job)
    return redirect("contacts:group_list")


def _ring(job: BulkJob) -> HttpResponse:
    transaction.on_commit(partial(tasks.ring_work, job))
    return redirect("contacts:bulk_detail", job.id)
