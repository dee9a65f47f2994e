"""Rows of the list of opt-outs, written many at once.

A number that is written in two forms stands there in both, so that whoever asks for
one of them (claims do, for each message) need not know of the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import ConsentEvent, OptOut
from contacts.number_forms import twin
from contacts.services import consent

MAX_REASON = 200
_SAID = consent.statement(
    "SELECT phone, %(channel)s, reason, evidence FROM added ORDER BY phone"
)
_TOLD = audit.statement("""
  SELECT phone, '{}'::jsonb, jsonb_build_object('channel', %(channel)s::text,
    'source', %(source)s::text, 'reason', reason) FROM added ORDER BY phone""")
ADD = f"""
WITH given AS (
  SELECT * FROM unnest(%(phones)s::text[], %(reasons)s::text[], %(evidence)s::text[],
    %(since)s::timestamptz[]) AS given (phone, reason, evidence, since)),
written AS (
  INSERT INTO contacts_optout
    (workspace_id, phone, channel, source, reason, added_by_id, created_at)
  SELECT %(workspace)s::uuid, phone, %(channel)s, %(source)s, reason, %(actor)s::uuid,
    coalesce(since, now())
  FROM given
  ON CONFLICT (workspace_id, phone, channel) DO UPDATE SET is_confirmed = true
    WHERE NOT contacts_optout.is_confirmed
  -- What was inserted has no version before it.
  RETURNING id, phone, xmax = 0 AS is_new),
added AS (
  SELECT w.id, g.phone, g.reason, g.evidence
  FROM written AS w JOIN given AS g ON g.phone = w.phone WHERE w.is_new),
said AS ({_SAID}),
told AS ({_TOLD})
SELECT id, phone FROM added
"""
_UNSAID = consent.statement(
    "SELECT phone, channel, %(reason)s, %(evidence)s FROM gone ORDER BY phone, channel"
)
# The time is written as ``datetime.isoformat`` does.
_TOLD_GONE = audit.statement("""
  SELECT phone, jsonb_build_object(
    'channel', channel, 'source', source, 'reason', reason,
    'created_at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'),
    %(after)s::jsonb FROM gone ORDER BY phone, channel""")
DELETE = f"""
WITH gone AS (
  DELETE FROM contacts_optout WHERE id = ANY(%(ids)s)
  RETURNING phone, channel, source, reason, created_at AT TIME ZONE 'UTC' AS at),
said AS ({_UNSAID}),
told AS ({_TOLD_GONE})
SELECT
"""


class Entry(NamedTuple):
    """A number (E.164) for the list; ``since`` None means now."""

    phone: str
    reason: str = ""
    evidence: str = ""
    since: datetime | None = None


class Added(NamedTuple):
    """A row that is new on the list."""

    id: int
    phone: str


def in_all_forms(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries, of each number the first, and those of their other forms.

    They are in one order, so that two callers lock the same numbers one after the
    other.
    """
    wanted: dict[str, Entry] = {}
    for entry in entries:
        wanted.setdefault(entry.phone, entry)
    for entry in list(wanted.values()):
        if other := twin(entry.phone):
            wanted.setdefault(other, entry._replace(phone=other))
    return sorted(wanted.values())


def insert(
    workspace: Workspace,
    wanted: Sequence[Entry],
    *,
    channel: str,
    source: str,
    actor: User | None,
) -> list[Added]:
    """Insert what is not there and confirm what is; return the new rows.

    Of each of these the proof and the trail tell, in the same statement.
    """
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "channel": channel,
        "source": source,
        "actor": actor.pk if actor else None,
        "phones": [entry.phone for entry in wanted],
        "reasons": [entry.reason[:MAX_REASON] for entry in wanted],
        "evidence": [entry.evidence for entry in wanted],
        "since": [entry.since for entry in wanted],
    }
    kind = ConsentEvent.Kind.OPT_OUT
    values |= consent.parameters(
        workspace=workspace, kind=kind, source=source, actor=actor
    )
    values |= audit.parameters(workspace=workspace, actor=actor, action="opt_out.add")
    with connection.cursor() as cursor:
        cursor.execute(ADD, values)
        return [Added(*row) for row in cursor.fetchall()]


def delete(
    entries: Sequence[OptOut],
    *,
    workspace: Workspace,
    source: str,
    reason: str,
    evidence: str,
    actor: User | None,
    action: str,
) -> None:
    """Delete rows that are locked; the proof tells of it, and the trail ``action``."""
    values: dict[str, Any] = {
        "ids": [entry.pk for entry in entries],
        "reason": reason,
        "evidence": evidence,
        "after": json.dumps({"reason": reason} if reason else {}),
    }
    kind = ConsentEvent.Kind.OPT_IN
    values |= consent.parameters(
        workspace=workspace, kind=kind, source=source, actor=actor
    )
    values |= audit.parameters(workspace=workspace, actor=actor, action=action)
    with connection.cursor() as cursor:
        cursor.execute(DELETE, values)


def other_forms(entries: QuerySet[OptOut]) -> Q:
    """Return which rows are about the other forms of some rows' numbers."""
    phones: dict[str, list[str]] = {}
    for phone, channel in entries.values_list("phone", "channel"):
        if other := twin(phone):
            phones.setdefault(channel, []).append(other)
    found = Q()
    for channel, others in phones.items():
        found |= Q(channel=channel, phone__in=others)
    return found
