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
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import Connection
from accounts.selectors import keys
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
# Looks in a row that brought no answer: then no further one is begun.
GIVE_UP_AFTER = LOOKERS
# How long one batch of a workspace may take, so that a journal that hangs or is slow
# keeps nobody else waiting. The proofs and the list that all share have a third each at
# most, the looks the rest.
SHARE_S = 30.0
# How long a row is ours while we look: longer than a batch. Two looks at a time do no
# harm, a look that died in the middle costs this much.
_HOLD_S = 45
# What a batch counts at least of the rows of a run.
_LEAST = 20

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
    """Look after unclear rows whose time has come; return what became of them.

    A batch of each workspace in turn, the longest due first. Each has its share of the
    time, and none is begun that could not end within `budget_s`.
    """
    counts: dict[str, int] = {}
    deadline = time.monotonic() + budget_s
    while workspaces := _due_workspaces():
        for workspace_id in workspaces:
            share_s = min(SHARE_S, budget_s)
            if budget_rows <= 0 or time.monotonic() + share_s > deadline:
                return counts
            rows = _take_due(workspace_id)
            budget_rows -= max(len(rows), _LEAST)
            found = _settle_of(workspace_id, rows, share_s=share_s) if rows else {}
            for word, count in found.items():
                counts[word] = counts.get(word, 0) + count
    return counts


def _due_workspaces() -> list[UUID]:
    """Return the workspaces with rows to look after, the longest due first."""
    due = Message.objects.filter(
        state=MessageState.UNCLEAR, lease_until__lte=timezone.now()
    )
    found = due.values("workspace").annotate(since=Min("lease_until"))
    return list(found.order_by("since").values_list("workspace", flat=True))


def _take_due(workspace_id: UUID) -> list[Message]:
    """Take the rows to look after, so that nobody else looks at the same time."""
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                workspace=workspace_id,
                state=MessageState.UNCLEAR,
                lease_until__lte=now,
            )
            .select_related("workspace", "campaign")
            .order_by("lease_until")[:BATCH]
        )
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=now + timedelta(seconds=_HOLD_S)
        )
    return rows


def _settle_of(
    workspace_id: UUID, rows: list[Message], *, share_s: float
) -> dict[str, int]:
    ids = [row.pk for row in rows]
    connection = Connection.objects.filter(workspace=workspace_id).first()
    if connection is None:
        # Without a key nobody can be asked; a person may still know.
        unclear = Message.objects.filter(pk__in=ids, state=MessageState.UNCLEAR)
        unclear.update(lease_until=None)
        return {}
    try:
        client = gateway.client_for(connection)
    except Refused:
        verdicts.postpone(ids, seconds=verdicts.LONGEST_TROUBLE_S)
        return {"postponed": len(rows)}
    return _settle(connection, client, rows, share_s=share_s)


def _settle(
    connection: Connection, client: SevenClient, rows: list[Message], *, share_s: float
) -> dict[str, int]:
    deadline = time.monotonic() + share_s
    new_key_at = _new_key_at(connection)
    last = [row for row in rows if verdicts.is_last_look(row)]
    # Before the looks: afterwards the journal may have caught up meanwhile.
    proofs = journal_reach.proofs(_third(client, share_s), last, new_key_at=new_key_at)
    known = shared_looks.find(_third(client, share_s), rows)
    rest = [row for row in rows if row.pk not in known]
    looks = _looks(client, rest, deadline=deadline)
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


def _third(client: SevenClient, share_s: float) -> SevenClient:
    """Return a client that is answered within a third of the time, or not at all."""
    return client.until(time.monotonic() + share_s / 3)


def _looks(client: SevenClient, rows: list[Message], *, deadline: float) -> list[Look]:
    """Look for the rows that there is time for; once the journal is silent, for none.

    What there was no time for is left as it is, and is due again when nobody holds it.
    """
    silent = 0
    limited = client.until(deadline)

    def look(row: Message) -> Look | None:
        nonlocal silent
        if silent >= GIVE_UP_AFTER:
            return Look(row, failed=True)
        if time.monotonic() > deadline:
            return None
        found = journal_looks.look(limited, row)
        silent = 0 if found.error is None else silent + 1
        return found

    with ThreadPoolExecutor(LOOKERS) as pool:
        return [found for found in pool.map(look, rows) if found is not None]


def _look_again_soon(looks: list[Look], connection: Connection) -> None:
    """Wait for another access token only, where the one of now was refused."""
    refused = [found for found in looks if refused_tokens.is_refusal(found.error)]
    if refused and refused_tokens.noted(refused[0].error, connection):
        ids = [found.message.pk for found in refused]
        verdicts.postpone(ids, seconds=timing.first_look_s())


def _new_key_at(connection: Connection) -> datetime | None:
    """Return since when nothing is sent with an earlier key, None if there was none."""
    changed_at = connection.keys_changed_at
    if changed_at is None:
        return None
    still_used = timedelta(seconds=timing.OLD_KEY_S)
    has_old = keys.had_others(connection, within=still_used)
    return changed_at + still_used if has_old else changed_at


def _doubted(found: Look, *, proof: bool | None, new_key_at: datetime | None) -> Look:
    """Mark what no journal will settle: it tells of no call, or of another account."""
    is_of_old_key = (
        new_key_at is not None and attempts.began_at(found.message) < new_key_at
    )
    return (
        replace(found, is_ambiguous=True) if is_of_old_key or proof is None else found
    )
