"""Find the messages that events of the gateway speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from messaging import foreign_ids
from messaging.models import Message, WebhookEvent


class Told(Protocol):
    """What an event says about one message of ours."""

    @property
    def event(self) -> WebhookEvent: ...
    @property
    def gateway_id(self) -> str: ...
    @property
    def foreign_id(self) -> str | None: ...


def messages_of(told: Sequence[Told]) -> dict[int, tuple[int, str]]:
    """Return message and campaign of each event, by the gateway's id or by ours.

    Keys are ids of events; campaigns are UUIDs as text. An event without a message of
    its own workspace is left out.
    """
    workspaces = {one.event.workspace_id for one in told}
    rows = Message.objects.filter(workspace__in=workspaces)
    by_gateway = {
        (workspace, channel == "voice", gateway_id): (pk, str(campaign))
        for pk, workspace, campaign, channel, gateway_id in rows.filter(
            gateway_id__in={one.gateway_id for one in told}
        ).values_list("pk", "workspace_id", "campaign_id", "channel", "gateway_id")
    }
    ours = {one.event.pk: foreign_ids.parse(one.foreign_id) for one in told}
    by_id = {
        (workspace, campaign, pk)
        for pk, workspace, campaign in rows.filter(
            pk__in={own.message_id for own in ours.values() if own}
        ).values_list("pk", "workspace_id", "campaign_id")
    }
    found: dict[int, tuple[int, str]] = {}
    for one in told:
        workspace = one.event.workspace_id
        is_call = one.event.kind.startswith("voice")
        match = by_gateway.get((workspace, is_call, one.gateway_id))
        own = ours[one.event.pk]
        if match is None and own and (workspace, own[0], own[1]) in by_id:
            match = own.message_id, str(own.campaign_id)
        if match is not None:
            found[one.event.pk] = match
    return found
