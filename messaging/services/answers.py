"""Write what became of calls: many rows in one statement, and never over the truth.

Every row is matched by the foreign id of the attempt. An answer that a message was
accepted is the truth whenever it comes: it counts for a row that is sending, unclear,
or queued once more, and leaves a state that a report has set. Every other answer counts
only while the row is still in the hands of this attempt.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.utils import DataError, IntegrityError
from django.db.utils import Error as DatabaseError

from accounts.models import Connection
from accounts.services import connections
from messaging import timing
from messaging.claims import Claim
from messaging.models import Campaign
from messaging.outcomes import DUPLICATE_CODE, Kind, Outcome
from messaging.services import campaigns, days
from messaging.states import AT_GATEWAY, CampaignState, MessageState
from seven_dashboard.errors import Refused

logger = logging.getLogger(__name__)

Answer = tuple[Claim, Outcome]
# These stop every call with the key; a missing right (902) only this kind of call.
BREAKING_CODES = frozenset({900, 901, 903})
# How long answers wait in memory for a database that is away. Past that the leases
# and the journal settle the rows.
KEEP_TRYING_S = 60.0

# The commit need not wait for the disk: an answer that a crash of the database forgets
# is found in the journal. The intent before the call does wait (claiming.py).
_WRITE = """
WITH answer AS (
    SELECT * FROM json_to_recordset(%(answers)s::json) AS a (
        id bigint, foreign_id text, state text, code int, gateway_id text,
        price numeric, parts int, due_s float8, look_s float8, back int)
), mine AS (
    SELECT m.id FROM messaging_message AS m JOIN answer AS a USING (id)
    WHERE m.foreign_id = a.foreign_id
      AND (m.state = 'sending' OR a.state = 'accepted')
    ORDER BY m.id FOR UPDATE OF m
)
UPDATE messaging_message AS m SET
    state = CASE WHEN a.state = 'accepted' AND m.state = ANY(%(at_gateway)s)
                 THEN m.state ELSE a.state END,
    error_code = a.code,
    gateway_id = CASE WHEN a.gateway_id <> '' THEN a.gateway_id ELSE m.gateway_id END,
    price = coalesce(a.price, m.price),
    parts = coalesce(nullif(a.parts, 0), m.parts),
    attempts = m.attempts - a.back,
    due_at = statement_timestamp() + make_interval(secs => a.due_s),
    lease_until = statement_timestamp() + make_interval(secs => a.look_s),
    accepted_at = CASE
        WHEN a.state = 'accepted' THEN coalesce(m.accepted_at, statement_timestamp())
        ELSE m.accepted_at END,
    sent_on = CASE
        WHEN a.state = 'accepted' THEN coalesce(m.sent_on, %(today)s::date)
        ELSE m.sent_on END
FROM answer AS a JOIN mine USING (id),
    (SELECT set_config('synchronous_commit', 'off', true)) AS lazily
WHERE m.id = a.id AND m.foreign_id = a.foreign_id
  AND (m.state = 'sending' OR a.state = 'accepted')
RETURNING m.id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What to write for one answer; seconds are counted from the writing."""

    state: MessageState
    code: int | None = None
    gateway_id: str = ""
    price: Decimal | None = None
    parts: int | None = None
    due_s: float | None = None
    look_s: float | None = None
    # Attempts to take back: a claim that never became a call.
    back: int = 0


def change_for(claim: Claim, outcome: Outcome) -> Change:
    """Return what an outcome does to its message."""
    if outcome.kind is Kind.ACCEPTED:
        return Change(
            MessageState.ACCEPTED,
            gateway_id=outcome.gateway_id,
            price=outcome.price,
            parts=outcome.parts,
            due_s=timing.report_check_s(),
        )
    if outcome.kind is Kind.UNCLEAR:
        return Change(
            MessageState.UNCLEAR, code=outcome.code, look_s=timing.first_look_s()
        )
    if outcome.code == DUPLICATE_CODE:
        return _change_for_duplicate(claim)
    if outcome.kind is Kind.REFUSED:
        return Change(MessageState.REFUSED, code=outcome.code)
    if outcome.kind is Kind.UNTOUCHED:
        return Change(MessageState.QUEUED, code=claim.last_code, due_s=0.0, back=1)
    if outcome.kind is Kind.RELEASED:
        pause_s = outcome.retry_after_s or 0.0
        return Change(
            MessageState.QUEUED,
            code=claim.last_code,
            due_s=max(pause_s, timing.pause_s(claim.attempt)),
        )
    # The campaign stops; the row goes on where it was once it is resumed.
    return Change(MessageState.QUEUED, code=claim.last_code, due_s=0.0)


def _change_for_duplicate(claim: Claim) -> Change:
    """Judge a 402: the same text went to the number within 180 s; this call did not.

    After an attempt of ours that was not answered, it is evidence that that one was
    accepted: the journal is asked, and the row is never queued again by itself. On a
    first attempt somebody else sent the text: wait out the lock, and take a second 402
    as a refusal.
    """
    if claim.doubts or (claim.attempt > 1 and claim.last_code != DUPLICATE_CODE):
        return Change(MessageState.UNCLEAR, code=DUPLICATE_CODE, look_s=0.0)
    if claim.last_code == DUPLICATE_CODE:
        return Change(MessageState.REFUSED, code=DUPLICATE_CODE)
    return Change(
        MessageState.QUEUED,
        code=DUPLICATE_CODE,
        due_s=timing.lock_over_s(),
    )


def write(answers: Sequence[Answer], *, connection: Connection) -> None:
    """Write answers, and stop what the gateway says has to stop.

    Waits for a database that is away. What cannot be written in KEEP_TRYING_S is left
    to the leases: it becomes unclear and the journal settles it.
    """
    if not answers:
        return
    deadline = time.monotonic() + KEEP_TRYING_S
    while True:
        try:
            _write_all([(c, change_for(c, o)) for c, o in answers], connection)
            stop_what_must_stop(answers, connection=connection)
            return
        except DatabaseError as error:
            logger.warning(
                "answers wait for the database",
                extra={"answers": len(answers), "reason": type(error).__name__},
            )
            if time.monotonic() > deadline:
                raise
            database.close()
            time.sleep(0.5)


def _write_all(changes: Sequence[tuple[Claim, Change]], connection: Connection) -> None:
    """Write changes together; one that cannot be stored keeps no other from it."""
    today = days.day_in(connection.workspace)
    try:
        write_once(changes, today=today)
    except (DataError, IntegrityError):
        for change in changes:
            try:
                write_once([change], today=today)
            except (DataError, IntegrityError):
                # The lease runs out, and the journal tells.
                logger.exception(
                    "answer not stored", extra={"message_id": change[0].message_id}
                )


def write_once(changes: Sequence[tuple[Claim, Change]], *, today: date) -> None:
    """Write changes in one statement; `today` is the day that acceptances count for."""
    ordered = sorted(changes, key=lambda pair: pair[0].message_id)
    params: dict[str, Any] = {
        "answers": json.dumps([_values(c, x) for c, x in ordered]),
        "today": today,
        "at_gateway": [str(s) for s in AT_GATEWAY],
    }
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(_WRITE, params)
        written = {row[0] for row in cursor.fetchall()}
    lost = [
        c.message_id
        for c, x in ordered
        if x.state == MessageState.ACCEPTED and c.message_id not in written
    ]
    if lost:
        # Only a process that slept past its lease, both looks and the next claim.
        logger.error("acceptance came after the next attempt", extra={"messages": lost})


def _values(claim: Claim, change: Change) -> dict[str, Any]:
    """Return what one answer writes, as JSON; prices keep their digits as text."""
    return {
        "id": claim.message_id,
        "foreign_id": claim.foreign_id,
        "state": change.state,
        "code": change.code,
        "gateway_id": change.gateway_id,
        "price": None if change.price is None else str(change.price),
        "parts": change.parts,
        "due_s": change.due_s,
        "look_s": change.look_s,
        "back": change.back,
    }


def stop_what_must_stop(answers: Iterable[Answer], *, connection: Connection) -> None:
    """Pause campaigns, and mark the connection broken, as the outcomes say."""
    stopped: dict[UUID, str] = {}
    for claim, outcome in answers:
        if outcome.stops_campaign:
            stopped[claim.campaign_id] = outcome.reason
        elif outcome.kind is Kind.STOPS_CONNECTION:
            _stop_connection(connection, outcome)
            return
    for campaign_id, reason in stopped.items():
        _pause(campaign_id, reason)


def _stop_connection(connection: Connection, outcome: Outcome) -> None:
    if outcome.code in BREAKING_CODES:
        connections.mark_broken(connection_id=connection.pk, code=outcome.code)
    pause_all(connection, outcome.reason)


def pause_all(connection: Connection, reason: str) -> None:
    """Pause every campaign that sends by a connection."""
    running = Campaign.objects.filter(
        workspace=connection.workspace_id, state=CampaignState.SENDING
    )
    for campaign_id in running.order_by("pk").values_list("pk", flat=True):
        _pause(campaign_id, reason)


def _pause(campaign_id: UUID, reason: str) -> None:
    try:
        campaigns.pause(campaign_id=campaign_id, actor=None, reason=reason)
    except Refused:
        # Cancelled or finished in the meantime.
        logger.info("nothing to pause", extra={"campaign": str(campaign_id)})
