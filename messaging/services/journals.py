"""Read a page of the gateway's journals while a person waits, but not for long.

What was read is kept for a day, so that a page has something to show at once and when
the gateway does not answer: the last known entries, with their age.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.utils import timezone
from pydantic import ValidationError

from accounts import sentences
from accounts.models import Connection
from accounts.services import gateway
from messaging import journal_words
from messaging.journal_filters import Wanted
from messaging.services import journal_links
from messaging.services.journal_links import Line
from seven_dashboard import locks
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.resources.journal import (
    PAGE_SIZE,
    InboundEntry,
    JournalEntry,
    JournalFilter,
    OutboundEntry,
    VoiceEntry,
)

logger = logging.getLogger(__name__)

KEPT_S = 24 * 3600
# Pages of one connection that wait for the gateway at a time: when it is slow, the
# others are told so at once and the threads of this server stay free.
READERS = 3
# What is missing here is looked for in so many entries, or for so long.
MOST_PAGES = 5
LOOK_FOR_S = 4.0

Read = Callable[[SevenClient, JournalFilter], list[Any]]
JOURNALS: Final[dict[str, tuple[type[JournalEntry], Read]]] = {
    "outbound": (OutboundEntry, lambda client, at: client.journal.outbound(at)),
    "inbound": (InboundEntry, lambda client, at: client.journal.inbound(at)),
    "replies": (InboundEntry, lambda client, at: client.journal.replies(at)),
    "voice": (VoiceEntry, lambda client, at: client.journal.voice(at)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Entries of a journal as they were at ``as_of``; None: never read.

    ``looked_at`` counts the entries that were read, more than are shown where only the
    missing ones are. ``trouble`` says why there are no newer ones.
    """

    lines: list[Line]
    as_of: datetime | None
    offset: int
    step: int
    looked_at: int = 0
    has_more: bool = False
    trouble: str = ""

    @property
    def after(self) -> str:
        return str(self.offset + self.looked_at) if self.has_more else ""

    @property
    def before(self) -> str:
        return str(max(0, self.offset - self.step)) if self.offset else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One page that somebody wants to see."""

    connection: Connection
    journal: str
    wanted: Wanted
    offset: int = 0

    @property
    def step(self) -> int:
        is_missing = self.wanted.is_missing
        return MOST_PAGES * PAGE_SIZE if is_missing else self.wanted.limit


def last_known(ask: Ask, *, trouble: str = "") -> Page:
    """Return what was read before, or a page without entries."""
    kept = _kept(ask)
    if kept is None:
        return Page(
            lines=[], as_of=None, offset=ask.offset, step=ask.step, trouble=trouble
        )
    entries, facts = kept
    return Page(
        lines=journal_links.lines(ask.connection.workspace, entries),
        as_of=datetime.fromisoformat(facts["as_of"]),
        offset=ask.offset,
        step=ask.step,
        looked_at=facts["looked_at"],
        has_more=facts["has_more"],
        trouble=trouble,
    )


def read(ask: Ask) -> Page:
    """Return the page as it is at the gateway now, or the last known one with why."""
    if ask.connection.is_broken:
        return last_known(ask, trouble=str(sentences.of_connection(ask.connection)))
    try:
        with reading(ask.connection) as client:
            return _read(ask, client)
    except Refused as refused:
        return last_known(ask, trouble=str(refused))


@contextmanager
def reading(connection: Connection) -> Iterator[SevenClient]:
    """Hand out a client for a person who waits; raise Refused for all its trouble."""
    with locks.one_of(f"journal:{connection.pk}", slots=READERS) as slot:
        if slot is None:
            raise Refused(journal_words.BUSY, code="journal_busy")
        try:
            yield gateway.client_for(connection, is_waited_for=True)
        except GatewayError as error:
            logger.warning(
                "journal did not answer",
                extra={"connection": str(connection.pk), "reason": str(error.code)},
            )
            raise Refused(journal_words.trouble(error), code="journal") from None


def _read(ask: Ask, client: SevenClient) -> Page:
    as_of = timezone.now()
    if ask.wanted.is_missing:
        lines, looked_at, has_more = _missing(ask, client)
    else:
        limit = ask.wanted.limit
        _kind, fetch = JOURNALS[ask.journal]
        entries = fetch(client, ask.wanted.at(ask.offset, limit=limit))
        lines = journal_links.lines(ask.connection.workspace, entries)
        looked_at, has_more = len(entries), len(entries) >= limit
    page = Page(
        lines=lines,
        as_of=as_of,
        offset=ask.offset,
        step=ask.step,
        looked_at=looked_at,
        has_more=has_more,
    )
    _keep(ask, page)
    return page


def _missing(ask: Ask, client: SevenClient) -> tuple[list[Line], int, bool]:
    """Return lines that we have no row of, how many were looked at, if there is more.

    What arrives meanwhile pushes entries onto the next page: those are left out there.
    """
    _kind, fetch = JOURNALS[ask.journal]
    found: list[Line] = []
    looked_at, seen = 0, set[str]()
    deadline = time.monotonic() + LOOK_FOR_S
    for _page in range(MOST_PAGES):
        entries = fetch(client, ask.wanted.at(ask.offset + looked_at))
        new = [entry for entry in entries if entry.id not in seen]
        lines = journal_links.lines(ask.connection.workspace, new)
        found += [line for line in lines if not line.is_here]
        looked_at += len(entries)
        if len(entries) < PAGE_SIZE or not new:
            return found, looked_at, False
        seen = {entry.id for entry in entries}
        if time.monotonic() > deadline:
            break
    return found, looked_at, True


def _keep(ask: Ask, page: Page) -> None:
    facts = {
        "as_of": (page.as_of or timezone.now()).isoformat(),
        "looked_at": page.looked_at,
        "has_more": page.has_more,
        "entries": [
            line.entry.model_dump(mode="json", by_alias=True) for line in page.lines
        ],
    }
    cache.set(_key(ask), json.dumps(facts), timeout=KEPT_S)


def _kept(ask: Ask) -> tuple[list[JournalEntry], dict[str, Any]] | None:
    text = cache.get(_key(ask))
    if text is None:
        return None
    kind, _fetch = JOURNALS[ask.journal]
    facts = json.loads(text)
    try:
        return [kind.model_validate(row) for row in facts["entries"]], facts
    except ValidationError:
        return None


def _key(ask: Ask) -> str:
    """Name a page by all that changes it; another key may open another account."""
    link = ask.connection
    facts = [
        str(link.pk),
        str(link.keys_changed_at),
        link.subaccount_id,
        ask.journal,
        str(ask.offset),
        json.dumps(ask.wanted.as_dict(), sort_keys=True),
    ]
    return f"journal:{hashlib.sha256(chr(10).join(facts).encode()).hexdigest()}"
