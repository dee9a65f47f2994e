"""How many contacts a question finds: exact if that is quick, else about.

Some questions cannot be counted at once: whom no message has reached in a year needs a
look at every contact's messages. After a limit a sample answers instead: contacts from
places all over the list, of which the share that the question finds is projected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import Contact, Segment
from contacts.selectors import counts, segment_shapes

BACKGROUND_MS = 60_000
SAMPLE_MS = 1_500
SAMPLE = 4_000
STALE_AFTER = dt.timedelta(minutes=10)

_SPREAD_SQL = """
SELECT DISTINCT near.id
FROM (SELECT min(id) AS low, max(id) AS high FROM contacts_contact
      WHERE workspace_id = %(workspace)s) AS ends
CROSS JOIN generate_series(0, %(places)s - 1) AS place (n)
CROSS JOIN LATERAL (
    SELECT id FROM contacts_contact
    WHERE workspace_id = %(workspace)s
      AND id >= low + ((high - low) * (place.n + place.n * 0.618034 %% 1)
                       / %(places)s)::bigint
    ORDER BY id LIMIT 1) AS near
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many contacts; None when even a sample took too long."""

    contacts: int | None
    is_exact: bool = True


def count(
    workspace: Workspace, question: Q, *, limit_ms: int = counts.LIVE_MS
) -> Count:
    """Return how many contacts of a workspace a question finds."""
    everybody = Contact.objects.filter(workspace=workspace)
    try:
        with counts.time_limit(limit_ms):
            return Count(everybody.filter(question).count())
    except OperationalError:
        return _estimate(workspace, question)


def first(workspace: Workspace, question: Q, *, most: int) -> list[Contact] | None:
    """Return the newest contacts that a question finds; None if that takes long."""
    asked = segment_shapes.for_pages(question)
    rows = Contact.objects.filter(asked, workspace=workspace)
    try:
        with counts.time_limit(counts.LIVE_MS):
            return list(rows.defer("notes", "search_text").order_by("-pk")[:most])
    except OperationalError:
        return None


def is_stale(segment: Segment) -> bool:
    """Say whether a segment should be counted again."""
    at = segment.counted_at
    return at is None or at < timezone.now() - STALE_AFTER


def stale(rows: Iterable[Segment]) -> list[Segment]:
    """Return those segments that should be counted again."""
    return [segment for segment in rows if is_stale(segment)]


def _estimate(workspace: Workspace, question: Q) -> Count:
    everybody = Contact.objects.filter(workspace=workspace)
    values: dict[str, Any] = {"workspace": workspace.pk, "places": SAMPLE}
    try:
        with counts.time_limit(SAMPLE_MS):
            with connection.cursor() as cursor:
                cursor.execute(_SPREAD_SQL, values)
                ids = [pk for (pk,) in cursor.fetchall()]
            asked = segment_shapes.for_pages(question)
            found = everybody.filter(asked, pk__in=ids).count()
            share = found / len(ids) if ids else 0
            return Count(counts.two_digits(everybody.count() * share), is_exact=False)
    except OperationalError:
        return Count(None, is_exact=False)
