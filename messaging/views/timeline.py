from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.selectors import contacts
from messaging.selectors import timeline
from messaging.states import FINAL

POLLING_ENDS = 286
CHOICES: tuple[tuple[str, str | Promise], ...] = (
    ("", _("Everything")),
    (timeline.MESSAGES, _("Messages")),
    (timeline.REPLIES, _("Replies")),
    (timeline.CALLS, _("Calls")),
    (timeline.CHANGES, _("Changes")),
)


@require_GET
@member(Right.READ)
def contact_timeline(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = contacts.get(request.workspace, contact_id)
    show, after = request.GET.get("show", ""), request.GET.get("after", "")
    values = {
        "contact": contact,
        "timeline": timeline.of_contact(contact, show=show, after=after),
        "show": show if show in timeline.SHOWN else "",
        "choices": CHOICES,
        "is_first": not after,
    }
    if request.htmx:
        return render(request, "messaging/timeline/_timeline.html", values)
    return render(request, "messaging/timeline/timeline.html", values)


@require_GET
@member(Right.READ)
def timeline_message(
    request: WorkspaceRequest, contact_id: UUID, message_id: int
) -> HttpResponse:
    contact = contacts.get(request.workspace, contact_id)
    entry = timeline.message(contact, message_id)
    values = {"contact": contact, "entry": entry}
    status = POLLING_ENDS if entry.row.state in FINAL else 200
    return render(request, "messaging/timeline/_message.html", values, status=status)
