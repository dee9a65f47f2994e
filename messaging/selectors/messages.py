"""Read single messages of a campaign; lists are in `recipients`."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from messaging.models import Campaign, Message
from messaging.states import MessageState


def get(campaign: Campaign, message_id: int) -> Message:
    """Return a message of the campaign; raises Http404 for any other."""
    message = (
        Message.objects.filter(campaign=campaign, pk=message_id)
        .select_related("contact")
        .first()
    )
    if message is None:
        raise Http404
    return message


def unclear_for_person(campaign: Campaign, *, most: int = 20) -> list[Message]:
    """Return unclear messages that the gateway's journal could not settle."""
    rows = for_person(campaign)
    return list(rows.select_related("contact").order_by("-pk")[:most])


def for_person(campaign: Campaign) -> QuerySet[Message]:
    """Return all messages that nothing but a person can settle."""
    return Message.objects.filter(
        campaign=campaign, state=MessageState.UNCLEAR, lease_until=None
    )
