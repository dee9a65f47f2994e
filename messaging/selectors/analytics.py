"""What was sent in some days and what it cost: whole account, or from here alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from django.core.cache import cache

from accounts.models import Connection, Usage, Workspace
from accounts.selectors import usage
from messaging import volumes
from messaging.periods import Chosen, Period
from messaging.selectors import tallies
from messaging.selectors.progress import Progress
from messaging.selectors.volumes import first_polled, gateway_days, own_days
from messaging.volumes import Volume

CACHE_S: Final = 30
T = TypeVar("T")


class Source(StrEnum):
    """Whose figures: all that the gateway counted, or what this workspace sent."""

    ACCOUNT = "account"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page of analytics is about.

    ``source`` is what can be shown of what was wanted: without figures of the gateway
    it is ours. ``fetched_at`` is when those by day were fetched.
    """

    workspace: Workspace
    connection: Connection | None
    chosen: Chosen
    source: Source
    fetched_at: datetime | None
    polled_since: date | None

    @property
    def has_account(self) -> bool:
        return self.polled_since is not None

    @property
    def is_of_account(self) -> bool:
        return self.source == Source.ACCOUNT

    @property
    def is_before_known(self) -> bool:
        """Whether the period before can be compared."""
        if not self.is_of_account:
            return True
        since = self.polled_since
        return since is not None and since <= self.chosen.before.start


@dataclass(frozen=True, slots=True)
class Overview:
    """Volumes of each piece of the period, and of the one before."""

    now: list[Volume]
    before: list[Volume]
    total: Volume
    total_before: Volume
    here: Volume
    outcomes: Progress


def scope(workspace: Workspace, chosen: Chosen, wanted: Source | None) -> Scope:
    """Return what the page is about; the whole account unless ours is wanted."""
    connection = Connection.objects.filter(workspace=workspace).first()
    since = first_polled(connection, Usage.Dimension.DATE) if connection else None
    source = wanted or Source.ACCOUNT
    return Scope(
        workspace=workspace,
        connection=connection,
        chosen=chosen,
        source=source if since else Source.HERE,
        fetched_at=usage.last_fetched_at(connection) if connection and since else None,
        polled_since=since,
    )


def kept(about: Scope, name: str, read: Callable[[], T]) -> T:
    """Return what was read half a minute ago at most, or read it.

    A refresh has a new time of fetching, and so is never hidden by the cache.
    """
    chosen, at = about.chosen, about.fetched_at
    days = f"{chosen.period.start}:{chosen.period.end}:{chosen.cut}:{chosen.preset}"
    seen = at.timestamp() if at else 0
    key = f"analytics:{about.workspace.pk}:{name}:{about.source}:{days}:{seen}"
    known: T | None = cache.get(key)
    if known is None:
        known = read()
        cache.set(key, known, timeout=CACHE_S)
    return known


def overview(about: Scope) -> Overview:
    """Return the volumes of the period beside those of the one before."""
    return kept(about, "overview", lambda: _overview(about))


def days_of(about: Scope, period: Period) -> dict[date, Volume]:
    """Return the volume of each day, of the source that is shown."""
    if about.is_of_account and about.connection:
        return gateway_days(about.connection, period)
    return own_days(about.workspace, period)


def _overview(about: Scope) -> Overview:
    chosen, period = about.chosen, about.chosen.period
    days = days_of(about, period)
    before = days_of(about, chosen.before)
    here = own_days(about.workspace, period) if about.is_of_account else days
    outcomes = tallies.of_workspace(about.workspace, start=period.start, end=period.end)
    return Overview(
        now=volumes.by_piece(days, chosen.pieces),
        before=volumes.by_piece(before, chosen.pieces_before),
        total=volumes.total(days.values()),
        total_before=volumes.total(before.values()),
        here=volumes.total(here.values()),
        outcomes=Progress(outcomes),
    )
