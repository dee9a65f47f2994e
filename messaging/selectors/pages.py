"""Keyset pages of campaigns: by time, because their ids are in no order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from messaging.models import Campaign

SIZE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Campaigns, newest first, and the cursors of the neighbouring pages."""

    rows: Sequence[Campaign]
    before: str | None
    after: str | None


def by_time(
    rows: QuerySet[Campaign], *, before: str, after: str, size: int = SIZE
) -> Page:
    """Return the campaigns older than ``after`` or newer than ``before``.

    A cursor that is none of ours counts as none.
    """
    newer = _beside(before, newer=True)
    if newer is not None:
        found = list(rows.filter(newer).order_by("created_at", "pk")[: size + 1])
        if len(found) >= size:
            shown = found[:size][::-1]
            first = _cursor(shown[0]) if len(found) > size else None
            return Page(shown, first, _cursor(shown[-1]))
        # Fewer than a page lie before: show the whole first page.
        after = ""
    older = _beside(after, newer=False)
    query = rows if older is None else rows.filter(older)
    found = list(query.order_by("-created_at", "-pk")[: size + 1])
    shown = found[:size]
    return Page(
        rows=shown,
        before=_cursor(shown[0]) if older is not None and shown else None,
        after=_cursor(shown[-1]) if len(found) > size else None,
    )


def _cursor(campaign: Campaign) -> str:
    # A plus sign in an address is read as a blank.
    return f"{(campaign.created_at - EPOCH) // MICROSECOND}_{campaign.pk}"


def _beside(cursor: str, *, newer: bool) -> Q | None:
    stamp, _, key = cursor.partition("_")
    try:
        at = EPOCH + int(stamp) * MICROSECOND
        pk = UUID(key)
    except (ValueError, OverflowError):
        return None
    if newer:
        return Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk)
    return Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk)
