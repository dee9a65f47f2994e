"""Ask the gateway for reports that never came, and for prices we never learned.

Webhooks get lost. A message that was accepted and has no final report is asked for
again and again, ever more rarely, up to 30 days back (gateway.md 3.2).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Connection
from accounts.services import gateway
from contacts.models import Channel
from messaging import entries, timing
from messaging.foreign_ids import Match
from messaging.models import Message
from messaging.outcomes import MAX_GATEWAY_ID, storable_price
from messaging.services import journal_looks, refused_tokens, shared_looks, told
from messaging.services.told import Told
from messaging.states import AT_GATEWAY, AWAITING_REPORT, MessageState
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import (
    JournalFilter,
    OutboundEntry,
    VoiceEntry,
)

logger = logging.getLogger(__name__)

# Ids in one call of /status, and rows taken at a time.
IDS_AT_ONCE = 100
BATCH = 1000
MAX_ENTRIES = 1000
GIVE_UP_AFTER = timedelta(days=30)
_LATEST = timedelta(hours=6)

_PLAN = """
UPDATE messaging_message AS m SET due_at = d.due_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS d (id, due_at)
WHERE m.id = d.id AND m.state = ANY(%s)
"""


def ask_for_reports(*, budget_s: float) -> dict[str, int]:
    """Ask for the status of messages whose report is overdue; return counts."""
    deadline = time.monotonic() + budget_s
    asked = found = 0
    while time.monotonic() < deadline:
        rows = _take_due()
        if not rows:
            break
        asked += len(rows)
        found += told.write(_ask(rows))
    return {"asked": asked, "reported": found}


def ask_for_prices(*, limit: int = 200, budget_s: float = 15.0) -> dict[str, int]:
    """Learn the price and id of messages whose acceptance came without them.

    A report told of them before any answer did, or the answer was a plain "100".
    Goes on while it learns something, `limit` rows at a time.
    """
    deadline, priced = time.monotonic() + budget_s, 0
    while time.monotonic() < deadline:
        learned = sum(
            _learn_prices(connection, rows, deadline=deadline)
            for connection, rows in _by_connection(_unpriced(limit))
        )
        priced += learned
        if learned < limit:
            break
    return {"priced": priced}


def _unpriced(limit: int) -> list[Message]:
    now = timezone.now()
    # The answer to the call brings it, too, within seconds.
    before = now - timedelta(seconds=timing.report_check_s())
    return list(
        Message.objects.filter(
            state__in=AT_GATEWAY,
            price=None,
            accepted_at__range=(now - timedelta(days=2), before),
        )
        .exclude(channel=Channel.VOICE)
        # RCS is billed with its delivery; without an id nobody hears of that.
        .exclude(~Q(gateway_id=""), channel=Channel.RCS, state__in=AWAITING_REPORT)
        # At random, so that rows nobody knows a price of do not stand in the way.
        .order_by("?")[:limit]
    )


def _take_due() -> list[Message]:
    """Take rows whose time has come and plan their next, later time."""
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state__in=AWAITING_REPORT, due_at__lte=now)
            .order_by("due_at")[:BATCH]
        )
        with database.cursor() as cursor:
            cursor.execute(
                _PLAN,
                [
                    [row.pk for row in rows],
                    [_next_time(row, now) for row in rows],
                    [str(s) for s in AWAITING_REPORT],
                ],
            )
    return rows


def _next_time(row: Message, now: datetime) -> datetime | None:
    """Return when to ask next: after half the age once more; None to give up."""
    age = now - (row.accepted_at or row.created_at)
    if age > GIVE_UP_AFTER:
        return None
    soonest = timedelta(seconds=timing.report_check_s())
    return now + min(_LATEST, max(soonest, age / 2))


def _by_connection(rows: Sequence[Message]) -> list[tuple[Connection, list[Message]]]:
    known = Connection.objects.filter(workspace__in={r.workspace_id for r in rows})
    return [
        (c, [row for row in rows if row.workspace_id == c.workspace_id]) for c in known
    ]


def _ask(rows: Sequence[Message]) -> list[Told]:
    found: list[Told] = []
    for connection, theirs in _by_connection(rows):
        client = _client(connection)
        if client is None:
            continue
        with_id = [r for r in theirs if r.gateway_id and r.channel != Channel.VOICE]
        for start in range(0, len(with_id), IDS_AT_ONCE):
            try:
                found += _statuses(client, with_id[start : start + IDS_AT_ONCE])
            except GatewayError as error:
                logger.warning("no status", extra={"reason": str(error.code)})
                refused_tokens.noted(error, connection)
                break
        calls = [r for r in theirs if r.gateway_id and r.channel == Channel.VOICE]
        found += _calls(client, calls)
    return found


def _statuses(client: SevenClient, rows: Sequence[Message]) -> list[Told]:
    by_gateway = {row.gateway_id: row for row in rows}
    found: list[Told] = []
    for status in client.status.get(list(by_gateway)):
        row = by_gateway.get(status.id)
        state = told.state_of(status.status)
        if row and state:
            at = status.status_at or timezone.now()
            found.append(Told(row.pk, state, told.word_of(status.status or ""), at))
    return found


def _calls(client: SevenClient, rows: Sequence[Message]) -> list[Told]:
    """Return what the journal says of calls: how they ended, how long, for how much."""
    found: list[Told] = []
    for row in rows[:IDS_AT_ONCE]:
        try:
            entries_of_it = client.journal.voice(JournalFilter(id=row.gateway_id))
        except GatewayError:
            break
        found += [
            one
            for entry in entries_of_it
            if entry.id == row.gateway_id and (one := _of_call(row, entry))
        ]
    return found


def _of_call(row: Message, entry: VoiceEntry) -> Told | None:
    state = told.state_of_call(entry.status, entry.error)
    if state is None:
        return None
    # A call that nobody took costs nothing: its journal has no price (gateway.md 3.2).
    is_taken = state == MessageState.DELIVERED
    price = storable_price(entry.price) if entry.price is not None else None
    return Told(
        row.pk,
        state,
        told.word_of(entry.status or "failed"),
        entry.sent_at or timezone.now(),
        duration_s=entry.duration_s,
        price=price if price is not None or is_taken else Decimal(0),
    )


def _learn_prices(
    connection: Connection, rows: Sequence[Message], *, deadline: float
) -> int:
    """Learn until the time is up; a journal that does not answer is asked once."""
    client = _client(connection)
    if client is None:
        return 0
    known = shared_looks.find(client, rows)
    learned = 0
    for row in rows:
        try:
            entry = known.get(row.pk) or _journal_entry(client, row)
        except GatewayError as error:
            logger.warning("no journal", extra={"reason": str(error.code)})
            refused_tokens.noted(error, connection)
            break
        learned += _learn_price(row, entry) if entry else 0
        if time.monotonic() > deadline:
            break
    return learned


def _learn_price(row: Message, entry: OutboundEntry) -> int:
    price = entries.price_of(entry)
    changed = Message.objects.filter(pk=row.pk, price=None).update(
        price=price,
        gateway_id=entry.id[:MAX_GATEWAY_ID],
        mccmnc=entries.network_of(entry),
        latency_s=entries.latency_of(entry),
    )
    return changed if price is not None else 0


def _journal_entry(client: SevenClient, row: Message) -> OutboundEntry | None:
    """Return the entry of a message, None if there is none; raises GatewayError."""
    shown = client.journal.iter_outbound(journal_looks.wanted_of(row))
    for entry in islice(shown, MAX_ENTRIES):
        if entry.id == row.gateway_id or entries.match(entry, row) is Match.YES:
            return entry
    return None


def _client(connection: Connection) -> SevenClient | None:
    try:
        return gateway.client_for(connection)
    except Refused:
        return None
