from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.selectors import contacts
from messaging import tasks
from messaging.selectors import inbound, timeline
from messaging.states import FINAL
from messaging.views import rights

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
    unread = inbound.unread_rcs(contact)
    if unread is not None and rights.may_send(request):
        # Told only where the workspace wants it; the task looks.
        transaction.on_commit(partial(tasks.ring_tell_read, unread), robust=True)
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
