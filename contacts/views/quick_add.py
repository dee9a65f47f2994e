from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.forms.quick_add import QuickAddForm
from contacts.models import Contact
from contacts.services import contacts, groups

PAGE = "contacts/contacts/quick_add.html"
DIALOG = "contacts/contacts/_quick_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def contact_quick_add(request: WorkspaceRequest) -> HttpResponse:
    """Add one contact with little typing: a dialog of the list, or a page."""
    form = QuickAddForm(
        request.POST or None,
        workspace=request.workspace,
        initial={"group": _group_id(request)},
    )
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            return _added(request, _add(request, form))
        except contacts.NumberTaken as error:
            form.add_error("phone", str(error))
            taken = error.existing
        except groups.GroupGone as error:
            form.add_error("group", str(error))
    context = {"form": form, "taken": taken, "is_dialog": bool(request.htmx)}
    template = DIALOG if request.htmx else PAGE
    status = 422 if form.errors else 200
    return render(request, template, context, status=status)


def _add(request: WorkspaceRequest, form: QuickAddForm) -> Contact:
    values = form.cleaned_data
    with transaction.atomic():
        contact = contacts.create(
            workspace=request.workspace,
            actor=request.user,
            phone=values["phone"],
            firstname=values["firstname"],
            lastname=values["lastname"],
        )
        if values["group"]:
            groups.add(group=values["group"], uuids=[contact.uuid], actor=request.user)
    return contact


def _added(request: WorkspaceRequest, contact: Contact) -> HttpResponse:
    """Go back to the list, where the new contact stands first."""
    told = _("%(name)s added.") % {"name": contact.name or contact.phone}
    messages.success(request, told)
    group = request.POST.get("group", "")
    tail = f"?group={group}" if group else ""
    address = reverse("contacts:contact_list") + tail
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _group_id(request: WorkspaceRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("group", ""))
    except ValueError:
        return None
