"""What was sent in some days and what it cost: whole account, or from here alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.models import Connection, Usage, Workspace
from accounts.selectors import usage
from accounts.selectors.clock import gateway_today
from messaging import volumes
from messaging.periods import ONE_DAY, Chosen, Period
from messaging.selectors import days, gateway_volumes, tallies
from messaging.selectors import volumes as own_volumes
from messaging.selectors.progress import Progress
from messaging.volumes import Volume


class Source(StrEnum):
    """Whose figures: all that the gateway counted, or what this workspace sent."""

    ACCOUNT = "account"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page of analytics is about.

    ``source`` is what can be shown of what was wanted: without figures of the gateway
    it is ours. ``is_stand_in``: ours are shown until the gateway has counted them.
    ``is_before_known``: the period before can be compared.
    """

    workspace: Workspace
    connection: Connection | None
    chosen: Chosen
    source: Source
    polled_since: date | None
    is_stand_in: bool = False
    is_before_known: bool = True

    @property
    def has_account(self) -> bool:
        return self.polled_since is not None

    @property
    def is_of_account(self) -> bool:
        return self.source == Source.ACCOUNT


@dataclass(frozen=True, slots=True)
class Overview:
    """Volumes of each piece of the period, and of the one before."""

    now: list[Volume]
    before: list[Volume]
    total: Volume
    total_before: Volume
    here: Volume
    outcomes: Progress


def connection_of(workspace: Workspace) -> Connection | None:
    """Return the connection, which a request has read with its workspace."""
    found: Connection | None = getattr(workspace, "connection", None)
    return found


def today(workspace: Workspace, wanted: Source | None) -> date:
    """Return the day that it is where the days of the figures begin and end."""
    is_ours = wanted == Source.HERE or connection_of(workspace) is None
    return days.today(workspace) if is_ours else gateway_today()


def scope(
    workspace: Workspace,
    chosen: Chosen,
    wanted: Source | None,
    *,
    dimension: str = Usage.Dimension.DATE,
) -> Scope:
    """Return what the page is about; the whole account unless ours is wanted.

    While the gateway has counted nothing of what was sent from here, ours stand in,
    unless the account is asked for by name.
    """
    connection = connection_of(workspace)
    by_day = Usage.Dimension.DATE
    since = gateway_volumes.first_day(connection, by_day) if connection else None
    if connection is None or since is None or wanted == Source.HERE:
        return Scope(workspace, connection, chosen, Source.HERE, since)
    period = chosen.period
    is_stand_in = (
        wanted is None
        and not usage.has_any(connection, dimension, period.start, period.end)
        and own_volumes.has_any(workspace, period)
    )
    if is_stand_in:
        return Scope(workspace, connection, chosen, Source.HERE, since, is_stand_in)
    return Scope(
        workspace,
        connection,
        chosen,
        Source.ACCOUNT,
        since,
        is_before_known=_is_known(connection, dimension, chosen.before, since),
    )


def _is_known(
    connection: Connection, dimension: str, period: Period, since: date
) -> bool:
    """Whether the gateway's figures of a period are there, from its first day on.

    Of a dimension only days on which anything was are there, and not all of them yet.
    """
    if since > period.start or dimension == Usage.Dimension.DATE:
        return since <= period.start
    first = gateway_volumes.first_day(connection, dimension)
    if first is None or first <= period.start:
        return first is not None
    by_day = Usage.Dimension.DATE
    return not usage.has_any(connection, by_day, period.start, first - ONE_DAY)


def overview(about: Scope) -> Overview:
    """Return the volumes of the period beside those of the one before."""
    chosen, period = about.chosen, about.chosen.period
    shown = days_of(about, period)
    before = days_of(about, chosen.before)
    here = own_volumes.by_day(about.workspace, period) if about.is_of_account else shown
    outcomes = tallies.of_workspace(about.workspace, start=period.start, end=period.end)
    return Overview(
        now=volumes.by_piece(shown, chosen.pieces),
        before=volumes.by_piece(before, chosen.pieces_before),
        total=volumes.total(shown.values()),
        total_before=volumes.total(before.values()),
        here=volumes.total(here.values()),
        outcomes=Progress(outcomes),
    )


def days_of(about: Scope, period: Period) -> dict[date, Volume]:
    """Return the volume of each day, of the source that is shown."""
    if about.is_of_account and about.connection:
        return gateway_volumes.by_day(about.connection, period)
    return own_volumes.by_day(about.workspace, period)
