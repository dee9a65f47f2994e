"""Rows of the list of opt-outs, written many at once.

A number that is written in two forms stands there in both, so that whoever asks for
one of them (claims do, for each message) need not know of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User, Workspace
from contacts.models import OptOut
from contacts.number_forms import twin

MAX_REASON = 200


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
    """Insert what is not there and confirm what is; return the new rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_optout (workspace_id, phone, channel, source, reason,"
            " added_by_id, created_at)"
            " SELECT %s, phone, %s, %s, reason, %s, coalesce(since, now())"
            " FROM unnest(%s::text[], %s::text[], %s::timestamptz[])"
            " AS given (phone, reason, since)"
            " ON CONFLICT (workspace_id, phone, channel) DO UPDATE"
            " SET is_confirmed = true WHERE NOT contacts_optout.is_confirmed"
            # What was inserted has no version before it.
            " RETURNING id, phone, xmax = 0",
            [
                workspace.pk,
                channel,
                source,
                actor.pk if actor else None,
                [entry.phone for entry in wanted],
                [entry.reason[:MAX_REASON] for entry in wanted],
                [entry.since for entry in wanted],
            ],
        )
        return [Added(id_, phone) for id_, phone, is_new in cursor.fetchall() if is_new]


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
