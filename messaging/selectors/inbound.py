"""Read what came in."""

from __future__ import annotations

from django.http import Http404

from accounts.models import Workspace
from contacts.models import Channel, Contact
from contacts.number_forms import forms
from messaging.models import InboundMessage


def get(workspace: Workspace, message_id: int) -> InboundMessage:
    """Return what came in to the workspace; raises Http404 for any other."""
    rows = InboundMessage.objects.select_related("workspace")
    found = rows.filter(workspace=workspace, pk=message_id).first()
    if found is None:
        raise Http404
    return found


def unread_rcs(contact: Contact) -> int | None:
    """Return the newest message of a contact if it is an RCS not yet told as read."""
    if not contact.phone:
        return None
    rows = InboundMessage.objects.filter(
        workspace=contact.workspace_id, sender__in=forms(contact.phone)
    )
    newest = rows.order_by("-pk").first()
    if newest is None or newest.channel != Channel.RCS or newest.read_told_at:
        return None
    return newest.pk


def latest(workspace: Workspace, *, most: int = 5) -> list[InboundMessage]:
    """Return the newest messages that came in."""
    rows = InboundMessage.objects.filter(workspace=workspace)
    return list(rows.select_related("contact").order_by("-pk")[:most])
