"""Keep what people press while a call of ours lasts, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from messaging import keys, options
from messaging.keys import MOST_DIGITS, Meanings
from messaging.models import CallKeys, Campaign, KeyPress, Message, WebhookEvent
from seven_dashboard.gateway.events import GatewayEvent, VoiceDtmf

# Seconds that a column holds; no call lasts longer.
_MOST_S = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Press:
    """What one event says that somebody pressed in one call."""

    event: WebhookEvent
    gateway_id: str
    foreign_id: str | None
    recipient: str
    keys: str
    at: datetime
    after_s: int


def of_event(stored: WebhookEvent, event: GatewayEvent) -> Press | None:
    """Return what an event says that was pressed, None if it says nothing of it."""
    data = event.data
    if not isinstance(data, VoiceDtmf):
        return None
    told = keys.pressed(data.digit)
    if not told:
        return None
    return Press(
        stored,
        data.call_id[:32],
        data.foreign_id,
        data.recipient,
        told,
        event.occurred_at or stored.received_at,
        min(max(data.duration_s or 0, 0), _MOST_S),
    )


def keep(presses: Sequence[Press], messages: Mapping[int, tuple[int, str]]) -> None:
    """Store each press once; ``messages`` are those of ``matching.messages_of``.

    Their calls are locked in order of id, so that two workers put the keys of a call
    together one after the other and none is left out.
    """
    if not presses:
        return
    ids = sorted({messages[press.event.pk][0] for press in presses})
    locked = Message.objects.filter(pk__in=ids).order_by("pk")
    campaigns = dict(
        locked.select_for_update(no_key=True).values_list("pk", "campaign_id")
    )
    KeyPress.objects.bulk_create(
        [
            KeyPress(message_id=pk, keys=one.keys, at=one.at, after_s=one.after_s)
            for one in presses
            if (pk := messages[one.event.pk][0]) in campaigns
        ],
        ignore_conflicts=True,
    )
    _put_together(campaigns)


def in_order(rows: Iterable[Any]) -> str:
    """Return the keys of presses of one call, as they were pressed."""
    ordered = sorted(rows, key=lambda press: (press.at, press.after_s, press.pk))
    return "".join(press.keys for press in ordered)[:MOST_DIGITS]


def _put_together(campaigns: Mapping[int, UUID]) -> None:
    by_message: dict[int, list[KeyPress]] = {}
    for press in KeyPress.objects.filter(message__in=campaigns):
        by_message.setdefault(press.message_id or 0, []).append(press)
    known = _meanings(set(campaigns.values()))
    now = timezone.now()
    rows = []
    for message, presses in sorted(by_message.items()):
        digits = in_order(presses)
        workspace, meanings = known[campaigns[message]]
        rows.append(
            CallKeys(
                message_id=message,
                workspace_id=workspace,
                campaign_id=campaigns[message],
                digits=digits,
                answer=keys.answer(digits, meanings),
                changed_at=now,
            )
        )
    CallKeys.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["message"],
        update_fields=["digits", "answer", "changed_at"],
    )
    silent = Message.objects.filter(pk__in=by_message, has_keys=False)
    silent.update(has_keys=True)


def _meanings(campaigns: set[UUID]) -> dict[UUID, tuple[UUID, Meanings]]:
    """Return workspace and meanings of each campaign, as they were at its launch."""
    rows = Campaign.objects.filter(pk__in=campaigns).values_list(
        "pk", "workspace_id", "channel", "options"
    )
    found: dict[UUID, tuple[UUID, Meanings]] = {}
    for pk, workspace, channel, stored in rows:
        own = options.read(channel, stored)
        meanings = own.keys if isinstance(own, options.VoiceOptions) else ()
        found[pk] = (workspace, meanings)
    return found
