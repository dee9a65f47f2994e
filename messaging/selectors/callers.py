"""Numbers that calls may come from, and senders that were used before."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from accounts.models import Workspace
from contacts.models import Channel
from messaging.models import Caller, Campaign

MOST = 200
RECENT = 200


def listing(workspace: Workspace) -> list[Caller]:
    """Return the callers of a workspace; there are a handful of them."""
    return list(Caller.objects.filter(workspace=workspace).order_by("number")[:MOST])


def get(workspace: Workspace, caller_id: UUID) -> Caller:
    """Return a caller of the workspace; raises Http404 for any other."""
    found = Caller.objects.filter(workspace=workspace, pk=caller_id).first()
    if found is None:
        raise Http404
    return found


def verified(workspace: Workspace) -> list[str]:
    """Return the numbers that are proved."""
    rows = Caller.objects.filter(workspace=workspace, state=Caller.State.VERIFIED)
    return list(rows.order_by("number").values_list("number", flat=True)[:MOST])


def used(workspace: Workspace, channel: Channel) -> list[str]:
    """Return the senders that the newest campaigns of a channel had."""
    rows = Campaign.objects.filter(workspace=workspace).order_by("-created_at")
    recent = rows.values_list("channel", "sender")[:RECENT]
    return sorted({sender for way, sender in recent if way == channel and sender})
