"""Pages by key: as fast in the middle of a million rows as at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

PAGE_SIZE = 50
MAX_KEY = 2**63 - 1


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows, newest first, and the keys of the neighbouring pages (None: no page)."""

    rows: list[M]
    before: int | None
    after: int | None


def cursor(text: str | None) -> int | None:
    """Read a key from an address; anything else than a key means the first page."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    return min(int(text), MAX_KEY)


def page(
    rows: QuerySet[M],
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[M]:
    """Return the ``size`` newest rows, or those just before or after a key.

    Keys are numeric ids; newest first means descending ids.
    """
    if before is not None:
        return _page_before(rows, before, size)
    older = rows if after is None else rows.filter(pk__lt=after)
    found = list(older.order_by("-pk")[: size + 1])
    shown = found[:size]
    return Page(
        rows=shown,
        before=shown[0].pk if after is not None and shown else None,
        after=shown[-1].pk if len(found) > size else None,
    )


def _page_before(rows: QuerySet[M], before: int, size: int) -> Page[M]:
    found = list(rows.filter(pk__gt=before).order_by("pk")[: size + 1])
    if len(found) < size:
        # Rows were deleted meanwhile: show a full first page instead of a stub.
        return page(rows, size=size)
    shown = found[:size][::-1]
    return Page(
        rows=shown,
        before=shown[0].pk if len(found) > size else None,
        after=shown[-1].pk,
    )
