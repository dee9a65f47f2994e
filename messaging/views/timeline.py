from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.selectors import contacts
from messaging.selectors import inbound


@require_GET
@member(Right.READ)
def contact_timeline(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = contacts.get(request.workspace, contact_id)
    found = inbound.timeline(
        request.workspace, contact.phone, after=request.GET.get("after", "")
    )
    values = {
        "contact": contact,
        "timeline": found,
        "is_first": not request.GET.get("after"),
    }
    if request.htmx:
        return render(request, "messaging/timeline/_timeline.html", values)
    return render(request, "messaging/timeline/timeline.html", values)
