from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right, allows
from contacts import tasks, usage
from contacts.models import Segment
from contacts.selectors import segment_counts
from contacts.selectors import segments as selected
from contacts.selectors.segments import Line
from contacts.services import segments as services
from seven_dashboard.errors import Refused

# After this many seconds somebody may ask again for a count that did not come.
ASK_AGAIN_S = 60
STOP_POLLING = 286


@require_GET
@member(Right.READ)
def segment_list(request: WorkspaceRequest) -> HttpResponse:
    rows = selected.all(request.workspace)
    catalog = selected.catalog(request.workspace)
    context = {
        "lines": [selected.line(segment, catalog) for segment in rows],
        "can_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
        "can_send": allows(request.membership.role, Right.SEND),
    }
    for segment in segment_counts.stale(rows):
        _ask_for_count(segment.pk)
    return render(request, "contacts/segments/list.html", context)


@require_GET
@member(Right.READ)
def segment_detail(request: WorkspaceRequest, segment_id: UUID) -> HttpResponse:
    """Lead to the members, which are the contacts filtered by the segment."""
    segment = selected.get(request.workspace, segment_id)
    return redirect(f"{reverse('contacts:contact_list')}?segment={segment.pk}")


@require_GET
@member(Right.READ)
def segment_count(request: WorkspaceRequest, segment_id: UUID) -> HttpResponse:
    segment = selected.get(request.workspace, segment_id)
    is_stale = segment_counts.is_stale(segment)
    if is_stale:
        _ask_for_count(segment.pk)
    context = {"segment": segment, "is_waiting": is_stale}
    return render(
        request,
        "contacts/segments/_count.html",
        context,
        status=200 if is_stale else STOP_POLLING,
    )


@require_POST
@member(Right.EDIT_CONTACTS)
def segment_duplicate(request: WorkspaceRequest, segment_id: UUID) -> HttpResponse:
    segment = selected.get(request.workspace, segment_id)
    try:
        copy = services.duplicate(segment=segment, actor=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("contacts:segment_list")
    messages.success(request, _("This is a copy. The original stays as it is."))
    return redirect("contacts:segment_edit", copy.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.EDIT_CONTACTS)
def segment_delete(request: WorkspaceRequest, segment_id: UUID) -> HttpResponse:
    segment = selected.get(request.workspace, segment_id)
    if request.method == "POST":
        try:
            services.delete(segment=segment, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("contacts:segment_delete", segment.pk)
        messages.success(
            request, _("Segment %(name)s deleted.") % {"name": segment.name}
        )
        return redirect("contacts:segment_list")
    context = {"segment": segment, "users": usage.of(segment)}
    return render(request, "contacts/segments/delete.html", context)


def ask_and_line(segment: Segment | None) -> Line | None:
    """Return a segment as the list of its contacts tells of it; count a stale one."""
    if segment is None:
        return None
    line = selected.line(segment, selected.catalog(segment.workspace))
    if line.is_waiting:
        _ask_for_count(segment.pk)
    return line


def _ask_for_count(segment_id: UUID) -> None:
    """Have a segment counted in the background, once for many who look at it."""
    if cache.add(f"segment-count:{segment_id}", 1, timeout=ASK_AGAIN_S):
        transaction.on_commit(
            partial(tasks.ring_segment_count, segment_id), robust=True
        )
