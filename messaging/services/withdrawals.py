"""Wind up a cancelled campaign: mark what is queued, take back what can be."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Connection
from accounts.services import gateway
from contacts.models import Channel
from messaging.models import Campaign, Message
from messaging.states import CampaignState, MessageState
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

logger = logging.getLogger(__name__)

CHUNK = 20_000
IDS_AT_ONCE = 100
# What was accepted longer ago has left the gateway.
WORTH_ASKING = timedelta(hours=1)


def cancel_queued(campaign_id: UUID) -> int:
    """Mark the queued messages of a cancelled campaign; return how many.

    In chunks, each a short transaction. Rows under way settle by themselves.
    """
    marked = 0
    while True:
        with transaction.atomic():
            campaign = (
                Campaign.objects.select_for_update(no_key=True)
                .filter(pk=campaign_id, state=CampaignState.CANCELLED)
                .first()
            )
            if campaign is None:
                return marked
            rows = Message.objects.select_for_update(of=("self",)).filter(
                campaign=campaign, state=MessageState.QUEUED
            )
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
            if not ids:
                return marked
            marked += Message.objects.filter(pk__in=ids).update(
                state=MessageState.CANCELLED
            )


def withdraw(campaign_id: UUID) -> int:
    """Take back messages that the gateway has not sent yet; return how many.

    Best effort: what the gateway does not name as deleted stays as it is, and its
    report will tell.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if connection is None or campaign.state != CampaignState.CANCELLED:
        return 0
    try:
        client = gateway.client_for(connection)
    except Refused:
        return 0
    rows = list(
        Message.objects.filter(
            campaign=campaign,
            state__in=(MessageState.ACCEPTED, MessageState.BUFFERED),
            accepted_at__gte=timezone.now() - WORTH_ASKING,
        )
        .exclude(gateway_id="")
        .order_by("-pk")[:CHUNK]
    )
    taken_back = 0
    for start in range(0, len(rows), IDS_AT_ONCE):
        gone = _delete(client, campaign.channel, rows[start : start + IDS_AT_ONCE])
        taken_back += _mark(gone)
    Campaign.objects.filter(pk=campaign_id).update(
        withdrawn=F("withdrawn") + taken_back
    )
    return taken_back


def withdraw_one(client: SevenClient, message: Message) -> bool:
    """Take one message back; return whether the gateway did. Raises GatewayError."""
    if message.channel == Channel.RCS:
        is_gone = _revoke(client, message.gateway_id)
    else:
        is_gone = message.gateway_id in client.sms.delete([message.gateway_id]).ids
    if is_gone and _mark([message]):
        Campaign.objects.filter(pk=message.campaign_id).update(
            withdrawn=F("withdrawn") + 1
        )
    return is_gone


def _delete(
    client: SevenClient, channel: str, rows: Sequence[Message]
) -> Sequence[Message]:
    by_id = {row.gateway_id: row for row in rows}
    try:
        if channel == Channel.SMS:
            deleted = client.sms.delete(list(by_id)).ids
        elif channel == Channel.RCS:
            deleted = [name for name in by_id if _revoke(client, name)]
        else:
            deleted = [name for name in by_id if _hang_up(client, name)]
    except GatewayError as error:
        logger.warning("not withdrawn", extra={"reason": str(error.code)})
        return []
    return [by_id[name] for name in deleted if name in by_id]


def _revoke(client: SevenClient, gateway_id: str) -> bool:
    try:
        client.rcs.delete(gateway_id)
    except GatewayError:
        return False
    return True


def _hang_up(client: SevenClient, gateway_id: str) -> bool:
    try:
        client.voice.hang_up(gateway_id)
    except GatewayError:
        return False
    return True


def _mark(rows: Sequence[Message]) -> int:
    if not rows:
        return 0
    with transaction.atomic():
        ids = [row.pk for row in rows]
        list(
            Message.objects.select_for_update(of=("self",))
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        return Message.objects.filter(
            pk__in=ids, state__in=(MessageState.ACCEPTED, MessageState.BUFFERED)
        ).update(state=MessageState.CANCELLED, reported_at=timezone.now())
