"""Wind up a cancelled campaign: mark what is queued, take back what can be."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Connection
from accounts.services import gateway
from contacts.models import Channel
from messaging.models import Campaign, Message
from messaging.services import refused_tokens
from messaging.states import CampaignState, MessageState
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

logger = logging.getLogger(__name__)

CHUNK = 20_000
PAGE, IDS_AT_ONCE = 1_000, 100
# What was accepted longer ago has left the gateway.
WORTH_ASKING = timedelta(hours=1)
# A gateway that does not answer is asked again for so long.
KEEP_TRYING = timedelta(minutes=10)
# One by one, calls and RCS take long: then the next sweep goes on below the last one.
BUDGET_S = 30.0
MARK_S = 3600
_ALL = 2**63 - 1


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
    report will tell. All are asked for at once, and once more when what is in flight
    at this moment has landed; what one run does not get to is left to the next sweep,
    as is a gateway that does not answer.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.state != CampaignState.CANCELLED:
        return 0
    is_worth_trying = _is_worth_trying(campaign)
    waits = is_worth_trying and _in_flight(campaign).exists()
    mark = f"asked-back:{campaign_id}:{'early' if waits else 'last'}"
    taken_back, below = _ask_back(campaign, below=cache.get(mark, _ALL))
    # Should the cache forget it, they are asked for once more.
    cache.set(mark, below, timeout=MARK_S)
    values: dict[str, object] = {"withdrawn": F("withdrawn") + taken_back}
    if not waits and (below == 0 or not is_worth_trying):
        values["wound_up_at"] = timezone.now()
    Campaign.objects.filter(pk=campaign_id).update(**values)
    return taken_back


def _in_flight(campaign: Campaign) -> QuerySet[Message]:
    """Return what the gateway may take in, or has, without our knowing it yet."""
    is_looked_for = Q(state=MessageState.UNCLEAR, lease_until__isnull=False)
    rows = Message.objects.filter(campaign=campaign)
    return rows.filter(Q(state=MessageState.SENDING) | is_looked_for)


def _is_worth_trying(campaign: Campaign) -> bool:
    ended_at = campaign.finished_at
    return ended_at is not None and timezone.now() - ended_at < KEEP_TRYING


def _ask_back(campaign: Campaign, *, below: int) -> tuple[int, int]:
    """Return how many messages the gateway gave back, and where to go on: 0 is no more.

    They are asked for from the last to come on, those with an id `below` one.
    """
    connection = Connection.objects.filter(workspace=campaign.workspace_id).first()
    if connection is None:
        return 0, 0
    taken_back, deadline = 0, time.monotonic() + BUDGET_S
    try:
        client = gateway.client_for(connection)
        for rows in _held(campaign, below=below):
            gone = _delete(client, campaign.channel, rows)
            # A call that was hung up had begun: what it came to is told by its report.
            is_call = campaign.channel == Channel.VOICE
            # What was given back is noted before the next is asked for.
            taken_back += len(gone) if is_call else _mark(gone)
            below = rows[-1].pk
            if time.monotonic() > deadline:
                return taken_back, below
    except Refused:
        return taken_back, below
    except GatewayError as error:
        logger.warning("not withdrawn", extra={"reason": str(error.code)})
        is_over = error.is_permanent and not refused_tokens.noted(error, connection)
        return taken_back, 0 if is_over else below
    return taken_back, 0


def _held(campaign: Campaign, *, below: int) -> Iterator[list[Message]]:
    """Yield what the gateway may still hold, as much as one request is for."""
    step = IDS_AT_ONCE if campaign.channel == Channel.SMS else 1
    rows = Message.objects.filter(
        campaign=campaign,
        state__in=(MessageState.ACCEPTED, MessageState.BUFFERED),
        accepted_at__gte=timezone.now() - WORTH_ASKING,
    ).exclude(gateway_id="")
    while page := list(rows.filter(pk__lt=below).order_by("-pk")[:PAGE]):
        for start in range(0, len(page), step):
            yield page[start : start + step]
        below = page[-1].pk


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
    """Return those of the rows that the gateway gave back; raises GatewayError."""
    by_id = {row.gateway_id: row for row in rows}
    if channel == Channel.SMS:
        deleted = client.sms.delete(list(by_id)).ids
    elif channel == Channel.RCS:
        deleted = [name for name in by_id if _revoke(client, name)]
    else:
        deleted = [name for name in by_id if _hang_up(client, name)]
    return [by_id[name] for name in deleted if name in by_id]


def _revoke(client: SevenClient, gateway_id: str) -> bool:
    return _is_done(lambda: client.rcs.delete(gateway_id))


def _hang_up(client: SevenClient, gateway_id: str) -> bool:
    return _is_done(lambda: client.voice.hang_up(gateway_id))


def _is_done(act: Callable[[], object]) -> bool:
    """Say whether the gateway did something; raises when it was not asked properly."""
    try:
        act()
    except GatewayError as error:
        if not error.is_permanent or refused_tokens.is_refusal(error):
            raise
        return False
    return True


def _mark(rows: Sequence[Message]) -> int:
    """Note what was given back; an SMS that was not sent is credited."""
    if not rows:
        return 0
    values: dict[str, object] = {
        "state": MessageState.CANCELLED,
        "reported_at": timezone.now(),
    }
    if rows[0].channel == Channel.SMS:
        values["price"] = Decimal(0)
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
        ).update(**values)
