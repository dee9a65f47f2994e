"""Find the messages that events of the gateway speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from messaging import foreign_ids, spellings
from messaging.models import Message, WebhookEvent

Found = tuple[int, str]
# Workspace, campaign, and the message: its id, or its number in that campaign.
_Key = tuple[UUID, UUID, int | str]


class Told(Protocol):
    """What an event says about one message of ours."""

    @property
    def event(self) -> WebhookEvent: ...
    @property
    def gateway_id(self) -> str: ...
    @property
    def foreign_id(self) -> str | None: ...
    @property
    def recipient(self) -> str: ...


def messages_of(told: Sequence[Told]) -> dict[int, Found]:
    """Return message and campaign of each event, by the gateway's id or by ours.

    Keys are ids of events; campaigns are UUIDs as text. An event without a message of
    its own workspace is left out. Our id of a group names no message; with the number
    of a call beside it, it does. A report on a message of a group is left out until the
    gateway's id of that message is known.
    """
    workspaces = {one.event.workspace_id for one in told}
    rows = Message.objects.filter(workspace__in=workspaces)
    # Said a second time that there is an id: of more than 100 of them PostgreSQL does
    # not see it, and reads the whole table in place of the index of those with one.
    with_id = rows.filter(gateway_id__in={one.gateway_id for one in told})
    by_gateway = {
        (workspace, channel == "voice", gateway_id): (pk, str(campaign))
        for pk, workspace, campaign, channel, gateway_id in with_id.exclude(
            gateway_id=""
        ).values_list("pk", "workspace_id", "campaign_id", "channel", "gateway_id")
    }
    by_ours = _named_by_ours(told, rows)
    found: dict[int, Found] = {}
    for one in told:
        is_call = one.event.kind.startswith("voice")
        key = (one.event.workspace_id, is_call, one.gateway_id)
        match = by_gateway.get(key) or by_ours.get(one.event.pk)
        if match is not None:
            found[one.event.pk] = match
    return found


def _named_by_ours(told: Sequence[Told], rows: QuerySet[Message]) -> dict[int, Found]:
    """Return the message of each event whose foreign id says which one it is."""
    keys = _keys(told)
    if not keys:
        return {}
    wanted = Q(pk__in=[named for *_, named in keys.values() if isinstance(named, int)])
    for _, campaign, named in keys.values():
        if isinstance(named, str):
            wanted |= Q(campaign=campaign, recipient=named)
    known: dict[_Key, Found] = {}
    for pk, workspace, campaign, number in rows.filter(wanted).values_list(
        "pk", "workspace_id", "campaign_id", "recipient"
    ):
        found = (pk, str(campaign))
        known[workspace, campaign, pk] = known[workspace, campaign, number] = found
    return {event: known[key] for event, key in keys.items() if key in known}


def _keys(told: Sequence[Told]) -> dict[int, _Key]:
    keys: dict[int, _Key] = {}
    for one in told:
        own = foreign_ids.parse(one.foreign_id)
        digits = spellings.digits(one.recipient)
        if own and (own.message_id or digits):
            named = own.message_id or f"+{digits}"
            keys[one.event.pk] = (one.event.workspace_id, own.campaign_id, named)
    return keys
