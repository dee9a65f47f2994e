from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import WorkspaceRequest, member
from accounts.actions import field_name
from accounts.rights import Right
from contacts.models import Contact
from contacts.selectors import contacts, duplicates
from contacts.selectors import merges as selected
from contacts.selectors.criteria import MAX_SEARCH_LENGTH, Filter
from contacts.services import merges, unmerges
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import phone_parts

CHOICE = "choice-"


@require_GET
@member(Right.EDIT_CONTACTS)
def contact_merge_with(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = contacts.get(request.workspace, contact_id)
    text = request.GET.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    found: list[Contact] = []
    if text or contact.name:
        wanted = Filter(text=text or contact.name)
        found = contacts.page(request.workspace, wanted).rows
    context = {
        "contact": contact,
        "text": text,
        "found": [row for row in found if row.pk != contact.pk],
    }
    return render(request, "contacts/merges/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def contact_merge(
    request: WorkspaceRequest, contact_id: UUID, other_id: UUID
) -> HttpResponse:
    error = ""
    if selected.into(request.workspace, other_id) == contact_id:
        messages.info(request, _("The two contacts are one now."))
        return redirect("contacts:contact_detail", contact_id)
    if request.method == "POST":
        try:
            merges.merge(
                workspace=request.workspace,
                kept=contact_id,
                other=other_id,
                actor=request.user,
                choices=_choices(request),
                seen=request.POST.get("seen", ""),
            )
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, _("The two contacts are one now."))
            return redirect("contacts:contact_detail", contact_id)
    return _preview(request, contact_id, other_id, error)


@require_POST
@member(Right.EDIT_CONTACTS)
def merge_undo(request: WorkspaceRequest, merge_id: UUID) -> HttpResponse:
    merge = selected.get(request.workspace, merge_id)
    try:
        undone = unmerges.undo(merge=merge, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("contacts:contact_detail", merge.kept_uuid)
    messages.success(request, _("These are two contacts again."))
    for sentence in _told(undone):
        messages.warning(request, sentence)
    return redirect("contacts:contact_detail", (undone.kept or undone.restored).uuid)


def _choices(request: WorkspaceRequest) -> dict[str, str]:
    return {
        name.removeprefix(CHOICE): value
        for name, value in request.POST.items()
        if name.startswith(CHOICE) and isinstance(value, str)
    }


def _preview(
    request: WorkspaceRequest, contact_id: UUID, other_id: UUID, error: str
) -> HttpResponse:
    kept = contacts.get(request.workspace, contact_id)
    other = contacts.get(request.workspace, other_id)
    if kept == other:
        return redirect("contacts:contact_merge_with", kept.uuid)
    preview = selected.preview(kept, other, choices=_choices(request))
    context = {
        "preview": preview,
        "sides": (kept, other),
        "pair": duplicates.between(kept, other),
        "error": error,
        "days": selected.UNDO_DAYS,
    }
    status = 422 if error else 200
    return render(request, "contacts/merges/preview.html", context, status=status)


def _told(undone: unmerges.Undone) -> list[str]:
    told = []
    if undone.left:
        names = ", ".join(field_name(name) for name in undone.left)
        told.append(
            ngettext(
                "This was changed since the merge and stays as it is: %(names)s.",
                "These were changed since the merge and stay as they are: %(names)s.",
                len(undone.left),
            )
            % {"names": names}
        )
    told += [
        _("%(number)s belongs to another contact by now and stays there.")
        % {"number": phone_parts(number)[0]}
        for number in undone.lost
    ]
    if undone.kept is None:
        told.append(_("The other contact was deleted since and stays deleted."))
    return told
