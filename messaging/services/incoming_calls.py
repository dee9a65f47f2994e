"""Keep the calls that people make to our numbers, and what is told of their course."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.db import transaction

from accounts.models import Workspace
from contacts.selectors import contacts
from messaging import keys, spellings
from messaging.models import IncomingCall, KeyPress, WebhookEvent
from messaging.outcomes import storable_price
from messaging.services import conversation_rows, inbound, key_presses
from messaging.states import RANK, MessageState
from seven_dashboard.gateway.events import GatewayEvent, VoiceCall, VoiceDtmf


class Told(Protocol):
    """What an event says of the course of a call that may be one of these."""

    @property
    def event(self) -> WebhookEvent: ...
    @property
    def gateway_id(self) -> str: ...
    @property
    def state(self) -> MessageState: ...
    @property
    def duration_s(self) -> int | None: ...
    @property
    def price(self) -> Decimal | None: ...


def is_about_one(event: GatewayEvent) -> bool:
    """Say that an event is about a call to us: that it came, or a key in it.

    Keys of both directions come by the same event; ``system`` is our own number, and in
    a call to us it is the one that was called.
    """
    data = event.data
    if isinstance(data, VoiceCall):
        return True
    return (
        isinstance(data, VoiceDtmf)
        and bool(data.system)
        and spellings.is_same(data.system or "", data.recipient)
    )


@transaction.atomic
def keep(*, workspace: Workspace, event: GatewayEvent, received_at: datetime) -> None:
    """Store the call of an event once, and the key that it tells of.

    A key may be told before the call itself: whichever comes first makes the row.
    """
    data = event.data
    at = event.occurred_at or received_at
    if isinstance(data, VoiceCall):
        call = _made(workspace, data.call_id, data.caller, data.recipient, at)
        if at < call.called_at:
            call.called_at = at
            call.save(update_fields=["called_at"])
    elif isinstance(data, VoiceDtmf):
        call = _made(workspace, data.call_id, data.caller, data.recipient, at)
        _press(call, keys.pressed(data.digit), at, data.duration_s or 0)
        if data.total_price is not None:
            call.price = storable_price(data.total_price)
            call.save(update_fields=["price"])


def progress(reports: Sequence[Told], taken: Collection[int]) -> set[int]:
    """Note how far calls to us have come; return the ids of the events about one.

    ``taken`` are ids of events that are about a message of ours. As with messages, a
    report only moves a call forward. The caller has a transaction open.
    """
    open_ones = [
        one
        for one in reports
        if one.event.pk not in taken and one.event.kind.startswith("voice")
    ]
    if not open_ones:
        return set()
    calls = IncomingCall.objects.select_for_update(no_key=True).filter(
        workspace__in={one.event.workspace_id for one in open_ones},
        gateway_id__in={one.gateway_id for one in open_ones},
    )
    known = {
        (call.workspace_id, call.gateway_id): call for call in calls.order_by("pk")
    }
    applied = set()
    for one in open_ones:
        call = known.get((one.event.workspace_id, one.gateway_id))
        if call is not None:
            applied.add(one.event.pk)
            _move(call, one)
    return applied


def _move(call: IncomingCall, told: Told) -> None:
    if RANK[told.state] <= _rank(call):
        return
    call.state = told.state
    call.duration_s = told.duration_s or call.duration_s
    call.price = call.price if told.price is None else told.price
    call.save(update_fields=["state", "duration_s", "price"])


def _made(
    workspace: Workspace, call_id: str, caller: str, recipient: str, at: datetime
) -> IncomingCall:
    number = inbound.sender_of(workspace, caller) if caller else ""
    made, is_new = IncomingCall.objects.get_or_create(
        workspace=workspace,
        gateway_id=call_id[:32],
        defaults={
            "contact": contacts.by_phone(workspace, number),
            "caller": number,
            "recipient": inbound.sender_of(workspace, recipient) if recipient else "",
            "called_at": at,
        },
    )
    if is_new:
        conversation_rows.called(made)
    locked = IncomingCall.objects.select_for_update(no_key=True)
    return locked.get(pk=made.pk)


def _press(call: IncomingCall, told: str, at: datetime, after_s: int) -> None:
    if not told:
        return
    KeyPress.objects.bulk_create(
        [KeyPress(incoming=call, keys=told, at=at, after_s=max(0, after_s))],
        ignore_conflicts=True,
    )
    call.digits = key_presses.in_order(call.key_presses.all())
    call.save(update_fields=["digits"])


def _rank(call: IncomingCall) -> int:
    known = call.state in MessageState.values
    return RANK[MessageState(call.state)] if known else -1
