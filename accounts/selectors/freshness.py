"""How current polled figures are, and what stands between us and newer ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from accounts import sentences
from accounts.models import Connection, Poll
from accounts.selectors import polls
from accounts.sentences import Trouble

# Figures older than this are fetched when somebody opens their page. Prices change
# seldom and are a large answer; a breakdown takes many calls.
REFRESH_AFTER: Final = timedelta(minutes=2)
REFRESH_SELDOM_AFTER: Final = timedelta(hours=6)
# Figures that cannot know what has just been sent.
REFRESH_BEHIND_AFTER: Final = timedelta(seconds=20)
_SELDOM: Final = frozenset({Poll.Kind.PRICING, Poll.Kind.BREAKDOWN, Poll.Kind.OFFERS})
# A fetch that takes longer than this is said to.
SLOW_AFTER: Final = timedelta(seconds=20)
WATCH_EVERY_S: Final = 60
WATCH_WHILE_RUNNING_S: Final = 2


@dataclass(frozen=True, slots=True)
class Freshness:
    """One kind of polled figures of a connection: their age, and any trouble.

    ``is_behind``: something went out that they cannot know of.
    """

    kind: str
    at: datetime | None = None
    started_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    trouble: Trouble | None = None
    is_behind: bool = False

    @property
    def is_running(self) -> bool:
        return self.started_at is not None

    @property
    def is_slow(self) -> bool:
        """The fetch hangs at the gateway, or no worker has taken it up."""
        return (
            self.started_at is not None
            and timezone.now() - self.started_at > SLOW_AFTER
        )

    @property
    def wants_refresh(self) -> bool:
        """Say that opening the page should fetch, as nothing is in the way of it."""
        is_old = self.at is None or timezone.now() - self.at > self._refresh_after
        return is_old and not self.is_running and self.trouble is None

    @property
    def _refresh_after(self) -> timedelta:
        is_seldom = self.kind in _SELDOM
        if self.is_behind:
            return REFRESH_AFTER if is_seldom else REFRESH_BEHIND_AFTER
        return REFRESH_SELDOM_AFTER if is_seldom else REFRESH_AFTER

    @property
    def seen(self) -> str:
        """Return what a fragment says of its figures, to learn of newer ones."""
        return self.at.isoformat() if self.at else ""

    @property
    def watch_every_s(self) -> int:
        return WATCH_WHILE_RUNNING_S if self.is_running else WATCH_EVERY_S

    @property
    def event(self) -> str:
        """Return the event by which the page learns that newer figures are there."""
        return f"fresh-{self.kind}"


def of(connection: Connection, kind: str) -> Freshness:
    """Return how current one kind of figures is; asks the database only."""
    poll = polls.get(connection, kind)
    if poll is None:
        return Freshness(kind, trouble=_trouble(connection, None))
    return Freshness(
        kind,
        at=poll.succeeded_at,
        started_at=poll.started_at,
        next_at=poll.due_at,
        failures=poll.failures,
        trouble=_trouble(connection, poll),
    )


def _trouble(connection: Connection, poll: Poll | None) -> Trouble | None:
    if connection.is_broken:
        return Trouble(sentences.of_connection(connection), is_for_person=True)
    if poll is None or not poll.error:
        return None
    is_for_person = poll.code == sentences.NOT_ALLOWED
    return Trouble(sentences.of_poll(poll, connection), is_for_person=is_for_person)
