"""The report desk: apply stored events to messages, in batches and in order.

A report moves a message forward only, and a final state stays. A report that comes
before the answer to the call is proof that the call was accepted. One without any
message waits and is looked at again, ever more rarely; accounts are used by other tools
too, so most of those belong to nobody here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection as database
from django.db import transaction

from accounts.services import hook_checks
from messaging import timing
from messaging.models import WebhookEvent
from messaging.outcomes import storable_price
from messaging.services import (
    days,
    event_rows,
    inbound,
    incoming_calls,
    key_presses,
    matching,
    rcs_events,
    reactions,
    told,
)
from messaging.services.key_presses import Press
from messaging.services.reactions import Hit
from messaging.states import FINAL, RANK, MessageState
from seven_dashboard.gateway import events
from seven_dashboard.gateway.events import (
    DeliveryReport,
    GatewayEvent,
    InboundSms,
    MalformedEvent,
    RcsInbound,
    VoiceStatus,
)

logger = logging.getLogger(__name__)

BATCH = 500
State = WebhookEvent.State
# The gateway's words for a call, in those of a report.
_CALL_WORDS = {
    "queued": "BUFFERED",
    "initiated": "BUFFERED",
    "ringing": "BUFFERED",
    "in-progress": "TRANSMITTED",
    "completed": "DELIVERED",
    "no-answer": "NOTDELIVERED",
    "busy": "NOTDELIVERED",
    "canceled": "NOTDELIVERED",
    "failed": "FAILED",
}

_RANK_JSON = json.dumps({str(state): rank for state, rank in RANK.items()})

_APPLY = """
WITH report AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(states)s::text[], %(ranks)s::int[],
        %(gateway_ids)s::text[], %(times)s::timestamptz[], %(days)s::date[],
        %(durations)s::int[], %(prices)s::numeric[], %(words)s::text[])
    AS r (id, state, rank, gateway_id, at, day, duration_s, price, word)
), mine AS (
    SELECT m.id FROM messaging_message AS m JOIN report USING (id)
    ORDER BY m.id FOR UPDATE OF m
)
UPDATE messaging_message AS m SET
    state = r.state,
    report_word = r.word,
    gateway_id = CASE WHEN m.gateway_id = '' THEN r.gateway_id ELSE m.gateway_id END,
    duration_s = coalesce(r.duration_s, m.duration_s),
    price = coalesce(r.price, m.price),
    error_code = NULL,
    lease_until = NULL,
    reported_at = coalesce(r.at, statement_timestamp()),
    accepted_at = coalesce(m.accepted_at, statement_timestamp()),
    sent_on = coalesce(m.sent_on, r.day),
    due_at = statement_timestamp() + make_interval(secs => %(check_s)s)
FROM report AS r JOIN mine USING (id)
WHERE m.id = r.id
  AND (%(rank_of)s::jsonb ->> m.state)::int < r.rank
"""


@dataclass(frozen=True, slots=True)
class _Report:
    """What one event says about one message of ours."""

    event: WebhookEvent
    gateway_id: str
    foreign_id: str | None
    state: MessageState
    at: datetime | None
    duration_s: int | None = None
    # Of a call; a report on a message does not say whom it went to.
    recipient: str = ""
    price: Decimal | None = None
    # As the gateway said it.
    word: str = ""


def apply_pending(*, limit: int = BATCH) -> int:
    """Apply up to `limit` events that are due; return how many were looked at.

    A batch that fails is taken one by one, so that one bad event blocks no other.
    """
    with transaction.atomic():
        stored = event_rows.take(limit)
        if not stored:
            return 0
        try:
            with transaction.atomic():
                _apply(stored)
        except Exception:
            logger.exception("a batch of events failed", extra={"events": len(stored)})
            for event in stored:
                _apply_alone(event)
    return len(stored)


def _apply_alone(event: WebhookEvent) -> None:
    try:
        with transaction.atomic():
            _apply([event])
    except Exception as error:
        logger.exception("an event failed", extra={"event": event.pk})
        event_rows.try_later(event, error=type(error).__name__)
        event_rows.save([event])


def _apply(stored: Sequence[WebhookEvent]) -> None:
    reports: list[_Report] = []
    hits: list[Hit] = []
    presses: list[Press] = []
    for stored_event in stored:
        event = _read(stored_event)
        if event is None:
            continue
        report = _report_of(stored_event, event)
        hit = reactions.of_event(stored_event, event)
        press = key_presses.of_event(stored_event, event)
        reports += [report] if report else []
        hits += [hit] if hit else []
        presses += [press] if press else []
        if not report and not hit and not press:
            event_rows.close(stored_event, State.IGNORED)
    _apply_told(reports, hits, presses)
    event_rows.save(stored)


def _read(stored: WebhookEvent) -> GatewayEvent | None:
    """Return an event about a message of ours; settle every other here and now."""
    try:
        event = events.parse(
            content_type=stored.content_type,
            body=bytes(stored.body),
            query=stored.query,
        )
    except MalformedEvent as error:
        event_rows.close(stored, State.FAILED, error=str(error))
        return None
    event_rows.describe(stored, event)
    if event.name == hook_checks.EVENT:
        hook_checks.arrived(event.raw, at=stored.received_at)
        event_rows.close(stored, State.APPLIED)
        return None
    if event.is_incomplete:
        event_rows.close(stored, State.FAILED, error="its data are incomplete")
        return None
    if isinstance(event.data, InboundSms | RcsInbound):
        workspace = stored.workspace
        received = inbound.of_event(event, received_at=stored.received_at)
        inbound.keep(workspace=workspace, received=received)
        event_rows.close(stored, State.APPLIED)
        return None
    if rcs_events.hear(stored, event):
        event_rows.close(stored, State.APPLIED)
        return None
    if incoming_calls.is_about_one(event):
        incoming_calls.keep(
            workspace=stored.workspace, event=event, received_at=stored.received_at
        )
        event_rows.close(stored, State.APPLIED)
        return None
    return event


def _report_of(stored: WebhookEvent, event: GatewayEvent) -> _Report | None:
    data = event.data
    if isinstance(data, DeliveryReport):
        word, gateway_id = data.status, data.message_id
        state = told.state_of(word)
    elif isinstance(data, VoiceStatus):
        word, gateway_id = data.status, data.call_id
        state = told.state_of(_CALL_WORDS.get(word, ""))
    else:
        return None
    if state is None:
        return None
    return _Report(
        event=stored,
        gateway_id=gateway_id[:32],
        foreign_id=data.foreign_id,
        state=state,
        at=event.occurred_at,
        duration_s=data.duration_s if isinstance(data, VoiceStatus) else None,
        recipient=data.recipient if isinstance(data, VoiceStatus) else "",
        price=_price_of(data, state) if isinstance(data, VoiceStatus) else None,
        word=told.word_of(word),
    )


def _price_of(call: VoiceStatus, state: MessageState) -> Decimal | None:
    """Return what a call has cost, EUR; None while it lasts or nothing is said.

    The answer to the call named the price of one minute. Recorded journals bill the
    minute begun (8 s cost 0.045), and nothing for a call that nobody answered.
    """
    if state not in FINAL:
        return None
    if call.total_price is not None:
        return storable_price(call.total_price)
    if state != MessageState.DELIVERED:
        return Decimal(0)
    if call.price_per_minute is None or not call.duration_s:
        return None
    return storable_price(call.price_per_minute * -(-call.duration_s // 60))


def _apply_told(
    reports: Sequence[_Report], hits: Sequence[Hit], presses: Sequence[Press]
) -> None:
    every: list[_Report | Hit | Press] = [*reports, *hits, *presses]
    messages = matching.messages_of(every)
    furthest: dict[int, _Report] = {}
    for report in reports:
        if report.event.pk not in messages:
            continue
        message_id, _campaign = messages[report.event.pk]
        before = furthest.get(message_id)
        # The first final report counts; a later one of the same rank changes nothing.
        if before is None or RANK[report.state] > RANK[before.state]:
            furthest[message_id] = report
    if furthest:
        _write(furthest)
    reactions.keep([hit for hit in hits if hit.event.pk in messages], messages)
    key_presses.keep([one for one in presses if one.event.pk in messages], messages)
    applied = {*messages, *incoming_calls.progress(reports, messages)}
    # That an RCS message was read is a report and a reaction in one; so is a key.
    for event in {one.event.pk: one.event for one in every}.values():
        if event.pk in applied:
            event.message_id = messages[event.pk][0] if event.pk in messages else None
            event_rows.close(event, State.APPLIED)
        else:
            event_rows.wait(event)


def _write(furthest: dict[int, _Report]) -> None:
    ordered = sorted(furthest.items())
    params: dict[str, Any] = {
        "ids": [pk for pk, _ in ordered],
        "states": [str(r.state) for _, r in ordered],
        "ranks": [RANK[r.state] for _, r in ordered],
        "gateway_ids": [r.gateway_id for _, r in ordered],
        "times": [r.at for _, r in ordered],
        "days": [days.day_in(r.event.workspace) for _, r in ordered],
        "durations": [r.duration_s for _, r in ordered],
        "prices": [r.price for _, r in ordered],
        "words": [r.word for _, r in ordered],
        "check_s": timing.report_check_s(),
        "rank_of": _RANK_JSON,
    }
    with database.cursor() as cursor:
        cursor.execute(_APPLY, params)
