"""The page of one contact, and its groups changed in place."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts.models import Contact
from contacts.selectors import contacts as selected
from contacts.selectors import groups as selected_groups
from contacts.selectors import merges, persons
from contacts.services import groups


@require_GET
@member(Right.READ)
def contact_detail(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    try:
        contact = selected.get(request.workspace, contact_id)
    except Http404:
        # An old address of somebody who was merged leads to who they are now.
        now = merges.into(request.workspace, contact_id)
        if now is None:
            raise
        return redirect("contacts:contact_detail", now)
    role = request.membership.role
    context = {
        "person": persons.of(contact),
        "contact": contact,
        "can_edit": allows(role, Right.EDIT_CONTACTS),
        "can_send": allows(role, Right.SEND),
    }
    return render(request, "contacts/contacts/detail.html", context)


@require_POST
@member(Right.EDIT_CONTACTS)
def contact_group_add(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = selected.get(request.workspace, contact_id)
    group_id = request.POST.get("group", "")
    if group_id:
        try:
            group = selected_groups.get(request.workspace, UUID(group_id))
            groups.add(group=group, uuids=[contact.uuid], actor=request.user)
        except (ValueError, groups.GroupGone):
            raise Http404 from None
    return _groups(request, contact)


@require_POST
@member(Right.EDIT_CONTACTS)
def contact_group_remove(
    request: WorkspaceRequest, contact_id: UUID, group_id: UUID
) -> HttpResponse:
    contact = selected.get(request.workspace, contact_id)
    group = selected_groups.get(request.workspace, group_id)
    groups.remove(group=group, uuids=[contact.uuid], actor=request.user)
    return _groups(request, contact)


def _groups(request: WorkspaceRequest, contact: Contact) -> HttpResponse:
    if not request.htmx:
        return redirect("contacts:contact_detail", contact.uuid)
    context = {"person": persons.of(contact), "contact": contact, "can_edit": True}
    return render(request, "contacts/contacts/_groups.html", context)
