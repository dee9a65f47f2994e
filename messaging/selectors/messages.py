"""Read single messages of a campaign; lists are in `recipients`."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from messaging import attempts
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
    """Return unclear messages that a person may settle, the newest first."""
    rows = for_person(campaign)
    return list(rows.select_related("contact").order_by("-pk")[:most])


def for_person(campaign: Campaign) -> QuerySet[Message]:
    """Return all messages of a campaign that a person may settle."""
    return Message.objects.filter(is_for_person(campaign))


def is_for_person(campaign: Campaign) -> Q:
    """Say which messages a person may settle.

    Those that nothing else can, and those that a journal should have told of by now: it
    is asked on, but one that never answers must not keep a person from deciding.
    """
    is_open = Q(lease_until=None)
    if since := attempts.for_person_since(campaign):
        is_open |= Q(attempted_at__lt=since)
    return is_open & Q(campaign=campaign, state=MessageState.UNCLEAR)


def for_person_at(campaign: Campaign, message: Message) -> datetime | None:
    """Return when a person may settle an unclear message, should the journal not.

    None: that cannot be said, as the gateway may hold it.
    """
    since = attempts.for_person_since(campaign)
    if since is None:
        return None
    return attempts.began_at(message) + (timezone.now() - since)
