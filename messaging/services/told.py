"""Write what the gateway said when it was asked: reports, prices, length of calls.

Forward only, as the report desk does it: a state of the same rank or a higher one
stays, and so does everything else of that row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection as database

from messaging.states import AWAITING_REPORT, FROM_REPORT, RANK, MessageState

# The gateway's words for a call in its journal; what it does not say is not settled.
_CALL_STATES = {
    "completed": MessageState.DELIVERED,
    "failed": MessageState.UNDELIVERED,
    "no-answer": MessageState.UNDELIVERED,
    "busy": MessageState.UNDELIVERED,
    "canceled": MessageState.UNDELIVERED,
}
_RANKS = json.dumps({str(state): rank for state, rank in RANK.items()})
WORD_MAX = 16

_WRITE = """
WITH told AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(states)s::text[], %(words)s::text[],
        %(times)s::timestamptz[], %(durations)s::int[], %(prices)s::numeric[])
    AS t (id, state, word, at, duration_s, price)
), mine AS (
    SELECT m.id FROM messaging_message AS m JOIN told USING (id)
    ORDER BY m.id FOR UPDATE OF m
)
UPDATE messaging_message AS m SET
    state = t.state, report_word = t.word, reported_at = t.at,
    duration_s = coalesce(t.duration_s, m.duration_s),
    price = coalesce(t.price, m.price)
FROM told AS t JOIN mine USING (id)
WHERE m.id = t.id AND m.state = ANY(%(awaiting)s)
  AND (%(ranks)s::jsonb ->> m.state)::int < (%(ranks)s::jsonb ->> t.state)::int
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said about one message; ``price`` is EUR, of a call that is over."""

    message_id: int
    state: MessageState
    word: str
    at: datetime
    duration_s: int | None = None
    price: Decimal | None = None


def word_of(status: str) -> str:
    """Return a word of the gateway as a row keeps it."""
    return status.upper()[:WORD_MAX]


def state_of(status: str | None) -> MessageState | None:
    """Return our state for the word of a report; None for none and for a new one."""
    return FROM_REPORT.get((status or "").upper())


def state_of_call(status: str, error: str | None) -> MessageState | None:
    """Return our state for a call of the journal, None while it goes on.

    A recorded call that was refused on the way had no status, and a reason.
    """
    if not status and error:
        return MessageState.UNDELIVERED
    return _CALL_STATES.get(status.lower())


def write(told: Sequence[Told]) -> int:
    """Move messages on to what was said; return how many moved."""
    if not told:
        return 0
    params: dict[str, Any] = {
        "ids": [one.message_id for one in told],
        "states": [str(one.state) for one in told],
        "words": [one.word for one in told],
        "times": [one.at for one in told],
        "durations": [one.duration_s for one in told],
        "prices": [one.price for one in told],
        "awaiting": [str(state) for state in AWAITING_REPORT],
        "ranks": _RANKS,
    }
    with database.cursor() as cursor:
        cursor.execute(_WRITE, params)
        return int(cursor.rowcount)
