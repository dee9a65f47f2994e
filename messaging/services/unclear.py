"""Settle attempts whose outcome nobody told us: look in the journal before sending.

A row is unclear when its call brought no clear answer, or when the process that held
it is gone. The gateway's journal carries our foreign id, so it knows. Found: accepted.
Not found on two looks far enough apart, in a journal that demonstrably reaches past the
attempt (`journal_reach.py`): queued again (`verdicts.py`). What stays open is for a
person, as is an attempt with an API key that was replaced since: it may be in the
journal of another account.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from accounts.models import Connection
from accounts.services import gateway
from messaging import attempts, timing
from messaging.models import Message
from messaging.services import (
    journal_looks,
    journal_reach,
    refused_tokens,
    shared_looks,
    verdicts,
)
from messaging.services.journal_looks import Look
from messaging.states import MessageState
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient

BATCH = 200
LOOKERS = 8
# Looks in a row that brought no answer. A look at a journal that hangs takes as long as
# three calls, so that no further one is begun.
GIVE_UP_AFTER = LOOKERS
# How long a row is ours while we look. Two looks at a time do no harm, a look that
# died in the middle costs this much.
_HOLD_S = 30

_EXPIRE = """
UPDATE messaging_message SET state = 'unclear', error_code = NULL,
    lease_until = statement_timestamp() + make_interval(secs => %s)
WHERE id IN (
    SELECT id FROM messaging_message
    WHERE state = 'sending' AND lease_until < statement_timestamp()
    ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED)
"""


def expire_leases() -> int:
    """Turn claims whose process is gone into unclear rows; return how many.

    The lease outlives every call, so nothing is in flight any more: the first look is
    due at once but for a moment in which the gateway may still write its journal.
    """
    with database.cursor() as cursor:
        cursor.execute(_EXPIRE, [min(5.0, timing.first_look_s())])
        return int(cursor.rowcount)


def settle_due(*, budget_rows: int = 2000, budget_s: float = 60.0) -> dict[str, int]:
    """Look after unclear rows whose time has come; return what became of them."""
    counts: dict[str, int] = {}
    deadline = time.monotonic() + budget_s
    for _ in range(0, budget_rows, BATCH):
        rows = _take_due() if time.monotonic() < deadline else []
        if not rows:
            break
        for connection, theirs in _by_connection(rows).items():
            for word, count in _settle(connection, theirs).items():
                counts[word] = counts.get(word, 0) + count
    return counts


def _take_due() -> list[Message]:
    """Take the rows to look after, so that nobody else looks at the same time."""
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=MessageState.UNCLEAR, lease_until__lte=now)
            .select_related("workspace", "campaign")
            .order_by("lease_until")[:BATCH]
        )
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=now + timedelta(seconds=_HOLD_S)
        )
    return rows


def _by_connection(rows: list[Message]) -> dict[Connection, list[Message]]:
    known = {
        connection.workspace_id: connection
        for connection in Connection.objects.filter(
            workspace__in={row.workspace_id for row in rows}
        )
    }
    grouped: dict[Connection, list[Message]] = {}
    for row in rows:
        connection = known.get(row.workspace_id)
        if connection is None:
            # Without a key nobody can be asked; a person may still know.
            Message.objects.filter(pk=row.pk).update(lease_until=None)
            continue
        grouped.setdefault(connection, []).append(row)
    return grouped


def _settle(connection: Connection, rows: list[Message]) -> dict[str, int]:
    try:
        client = gateway.client_for(connection)
    except Refused:
        ids = [row.pk for row in rows]
        verdicts.postpone(ids, seconds=verdicts.LONGEST_TROUBLE_S)
        return {"postponed": len(rows)}
    new_key_at = _new_key_at(connection)
    last = [row for row in rows if verdicts.is_last_look(row)]
    # Before the looks: afterwards the journal may have caught up meanwhile.
    proofs = journal_reach.proofs(client, last, new_key_at=new_key_at)
    known = shared_looks.find(client, rows)
    looks = _looks(client, [row for row in rows if row.pk not in known])
    looks += [Look(row, entry=known[row.pk]) for row in rows if row.pk in known]
    counts: dict[str, int] = {}
    for found in looks:
        proof = proofs.get(found.message.pk, False)
        word = verdicts.decided(
            _doubted(found, proof=proof, new_key_at=new_key_at), is_proof=bool(proof)
        )
        counts[word] = counts.get(word, 0) + 1
    _look_again_soon(looks, connection)
    return counts


def _looks(client: SevenClient, rows: list[Message]) -> list[Look]:
    """Look for each of the rows; once the journal is silent, for no further one."""
    silent = 0

    def look(row: Message) -> Look:
        nonlocal silent
        if silent >= GIVE_UP_AFTER:
            return Look(row, failed=True)
        found = journal_looks.look(client, row)
        silent = 0 if found.error is None else silent + 1
        return found

    with ThreadPoolExecutor(LOOKERS) as pool:
        return list(pool.map(look, rows))


def _look_again_soon(looks: list[Look], connection: Connection) -> None:
    """Wait for another access token only, where the one of now was refused."""
    refused = [found for found in looks if refused_tokens.is_refusal(found.error)]
    if refused and refused_tokens.noted(refused[0].error, connection):
        ids = [found.message.pk for found in refused]
        verdicts.postpone(ids, seconds=timing.first_look_s())


def _new_key_at(connection: Connection) -> datetime | None:
    """Return since when nothing is sent with an earlier key, None if there was none."""
    if connection.keys_changed_at is None:
        return None
    return connection.keys_changed_at + timedelta(seconds=timing.OLD_KEY_S)


def _doubted(found: Look, *, proof: bool | None, new_key_at: datetime | None) -> Look:
    """Mark what no journal will settle: it tells of no call, or of another account."""
    is_of_old_key = (
        new_key_at is not None and attempts.began_at(found.message) < new_key_at
    )
    return (
        replace(found, is_ambiguous=True) if is_of_old_key or proof is None else found
    )
