"""Several streams of entries as one, newest first, page by page.

Each stream is read by its own index and consumed in the order of its ids, so that a
page is bounded and no entry is shown twice or left out, whatever the times say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contacts.selectors import keyset

SIZE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; ``row`` is the model that tells it."""

    source: str
    at: datetime
    row: Any
    trouble: str = ""
    is_live: bool = False


# Gives the newest entries of a source before an id, one more than a page.
Fetch = Callable[[int | None], list[Entry]]


def page(
    fetches: Mapping[str, Fetch], cursor: str, *, order: Sequence[str]
) -> tuple[list[Entry], str | None]:
    """Return the newest SIZE entries after a cursor, and the cursor of the next page.

    ``order`` names every source that a cursor has a place for.
    """
    keys = _keys(cursor, order)
    waiting = {source: fetch(keys[source]) for source, fetch in fetches.items()}
    entries: list[Entry] = []
    while len(entries) < SIZE and any(waiting.values()):
        newest = max(
            (rows[0] for rows in waiting.values() if rows), key=lambda entry: entry.at
        )
        waiting[newest.source].pop(0)
        keys[newest.source] = newest.row.pk
        entries.append(newest)
    return entries, _cursor(keys, order) if any(waiting.values()) else None


def _keys(cursor: str, order: Sequence[str]) -> dict[str, int | None]:
    texts = [*cursor.split("-", len(order)), *[""] * len(order)]
    return {s: keyset.cursor(t) for s, t in zip(order, texts, strict=False)}


def _cursor(keys: Mapping[str, int | None], order: Sequence[str]) -> str:
    found = (keys[source] for source in order)
    return "-".join("" if key is None else str(key) for key in found)
