"""What is done to the selected rows of a list of contacts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceRequest
from contacts.models import Group
from contacts.selectors import groups as selected_groups
from contacts.services import contacts, groups, opt_outs

MAX_ROWS = 500
Act = Callable[[WorkspaceRequest, list[UUID]], str]


def respond(request: WorkspaceRequest) -> HttpResponse:
    """Do the act to the rows, say what was done, and go back to the list."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    uuids = _rows(request)
    if not uuids:
        messages.warning(request, _("Select the contacts first."))
        return redirect(_way_back(request))
    if act is delete and "confirmed" not in request.POST:
        context = {"uuids": uuids, "back": _way_back(request)}
        return render(request, "contacts/contacts/bulk_delete.html", context)
    if act in (add_to_group, remove_from_group) and _group(request) is None:
        messages.warning(request, _("Choose a group first."))
        return redirect(_way_back(request))
    messages.success(request, act(request, uuids))
    return redirect(_way_back(request))


def add_to_group(request: WorkspaceRequest, uuids: list[UUID]) -> str:
    group = _group(request)
    assert group
    n = groups.add(group=group, uuids=uuids, actor=request.user)
    return ngettext(
        "%(n)d contact added to %(group)s.", "%(n)d contacts added to %(group)s.", n
    ) % {"n": n, "group": group.name}


def remove_from_group(request: WorkspaceRequest, uuids: list[UUID]) -> str:
    group = _group(request)
    assert group
    n = groups.remove(group=group, uuids=uuids, actor=request.user)
    return ngettext(
        "%(n)d contact removed from %(group)s.",
        "%(n)d contacts removed from %(group)s.",
        n,
    ) % {"n": n, "group": group.name}


def opt_out(request: WorkspaceRequest, uuids: list[UUID]) -> str:
    n = opt_outs.add_contacts(
        workspace=request.workspace, uuids=uuids, actor=request.user
    )
    return ngettext(
        "%(n)d number gets no more messages.", "%(n)d numbers get no more messages.", n
    ) % {"n": n}


def delete(request: WorkspaceRequest, uuids: list[UUID]) -> str:
    n = contacts.delete(workspace=request.workspace, uuids=uuids, actor=request.user)
    return ngettext("%(n)d contact deleted.", "%(n)d contacts deleted.", n) % {"n": n}


ACTS: dict[str, Act] = {
    "add": add_to_group,
    "remove": remove_from_group,
    "opt_out": opt_out,
    "delete": delete,
}


def _rows(request: WorkspaceRequest) -> list[UUID]:
    try:
        return [UUID(text) for text in request.POST.getlist("rows")[:MAX_ROWS]]
    except ValueError:
        raise Http404 from None


def _group(request: WorkspaceRequest) -> Group | None:
    text = request.POST.get("group", "")
    if not text:
        return None
    try:
        return selected_groups.get(request.workspace, UUID(text))
    except ValueError:
        raise Http404 from None


def _way_back(request: WorkspaceRequest) -> str:
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(
        back, allowed_hosts=None
    )
    return back if is_ours else reverse("contacts:contact_list")
