"""What a journal is narrowed to, as an address and the gateway say it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from seven_dashboard.gateway.resources.journal import PAGE_SIZE, JournalFilter

LIMITS: Final = (25, 50, 100)
USUAL_LIMIT: Final = 50
# The gateway counts from the newest entry; nobody pages further than this.
MOST_OFFSET: Final = 1_000_000
# The gateway's words (gateway.md 3.2); messages that came in have none.
STATES: Final[dict[str, tuple[str, ...]]] = {
    "outbound": (
        "DELIVERED",
        "NOTDELIVERED",
        "TRANSMITTED",
        "BUFFERED",
        "ACCEPTED",
        "EXPIRED",
        "REJECTED",
        "FAILED",
        "UNKNOWN",
    ),
    "voice": ("completed", "no-answer", "busy", "failed", "in-progress", "canceled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Every filter of the specification; empty ones narrow nothing.

    Both days are included. ``is_missing`` is ours: only what we have no row of.
    """

    id: str = ""
    to: str = ""
    state: str = ""
    date_from: date | None = None
    date_to: date | None = None
    limit: int = USUAL_LIMIT
    is_missing: bool = False

    def as_dict(self) -> dict[str, str]:
        """Return what narrows, in the words of an address."""
        words = {
            "id": self.id,
            "to": self.to,
            "state": self.state,
            "date_from": self.date_from.isoformat() if self.date_from else "",
            "date_to": self.date_to.isoformat() if self.date_to else "",
            "limit": "" if self.limit == USUAL_LIMIT else str(self.limit),
            "missing": "1" if self.is_missing else "",
        }
        return {name: word for name, word in words.items() if word}

    def at(self, offset: int, *, limit: int = PAGE_SIZE) -> JournalFilter:
        """Return what the gateway is asked for."""
        return JournalFilter(
            id=self.id or None,
            to=self.to or None,
            state=self.state or None,
            date_from=self.date_from,
            date_to=self.date_to,
            limit=limit,
            offset=offset,
        )


def read(kept: Mapping[str, str]) -> Wanted:
    """Return the filter that ``as_dict`` has written."""
    limit = kept.get("limit", "")
    return Wanted(
        id=kept.get("id", ""),
        to=kept.get("to", ""),
        state=kept.get("state", ""),
        date_from=_day(kept.get("date_from", "")),
        date_to=_day(kept.get("date_to", "")),
        limit=int(limit) if limit.isdecimal() else USUAL_LIMIT,
        is_missing=bool(kept.get("missing")),
    )


def offset_of(text: str) -> int:
    """Return the offset that an address asks for; anything else is the first page."""
    is_number = text.isascii() and text.isdigit() and len(text) < 9
    return min(int(text), MOST_OFFSET) if is_number else 0


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
