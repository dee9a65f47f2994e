"""Volumes by country, label or subaccount: in all, and over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from accounts import countries
from accounts.models import Usage
from messaging import volumes
from messaging.periods import Period
from messaging.selectors import volumes as read
from messaging.selectors.analytics import Scope, kept
from messaging.selectors.progress import share
from messaging.volumes import NONE, Volume

Dimension = Usage.Dimension

# Lines of the table; what is beyond is one line together.
MOST_LINES: Final = 100
# Series of a chart over time.
MOST_SERIES: Final = 5


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One country, label or subaccount.

    ``shown`` and ``before`` are of the source that is shown, ``here`` is ours.
    """

    dimension: str
    key: str
    shown: Volume
    before: Volume
    here: Volume | None = None
    # Of all that was shown, in EUR where anything cost, in messages otherwise.
    share: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        """How much more it cost than in the period before."""
        return volumes.change(self.shown.cost, self.before.cost)

    @property
    def delivered_share(self) -> Decimal | None:
        """Delivered of what was sent from here: the gateway tells no fates."""
        return share(self.here.delivered, self.here.messages) if self.here else None

    @property
    def name(self) -> str:
        """Return its name in the language of the person."""
        if self.dimension == Dimension.COUNTRY:
            return countries.name_of(self.key) if self.key else _("Unknown")
        if self.key:
            return self.key
        is_label = self.dimension == Dimension.LABEL
        return _("Without a label") if is_label else _("Main account")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All lines, dearest first; ``others`` sums what is not listed.

    ``since`` is the first day that the gateway's figures are broken down for.
    """

    dimension: str
    lines: list[KeyLine]
    others: KeyLine | None
    others_count: int
    total: Volume
    since: date | None
    trend: dict[str, list[Volume]]

    @property
    def is_empty(self) -> bool:
        return not self.lines

    def line(self, key: str) -> KeyLine | None:
        """Return the line of a key, or None."""
        return next((line for line in self.lines if line.key == key), None)


def of(about: Scope, dimension: str, *, key: str | None = None) -> Breakdown:
    """Return the lines of a dimension; over time, the dearest ones or one `key`."""
    name = f"{dimension}:{key!r}"
    return kept(about, name, lambda: _read(about, dimension, key))


def _read(about: Scope, dimension: str, key: str | None) -> Breakdown:
    period = about.chosen.period
    here = _here(about, dimension, period)
    shown = _account(about, dimension, period) if about.is_of_account else here
    before = (_account if about.is_of_account else _here)(
        about, dimension, about.chosen.before
    )
    total = volumes.total(shown.values())
    lines = [
        KeyLine(
            dimension,
            one,
            shown[one],
            before.get(one, NONE),
            here.get(one),
            _share(shown[one], total),
        )
        for one in sorted(shown, key=lambda one: _rank(shown[one], one))
    ]
    rest = lines[MOST_LINES:]
    keys = [line.key for line in lines[:MOST_SERIES]] if key is None else [key]
    connection = about.connection
    return Breakdown(
        dimension=dimension,
        lines=lines[:MOST_LINES],
        others=_others(dimension, rest) if rest else None,
        others_count=len(rest),
        total=total,
        since=read.first_polled(connection, dimension) if connection else None,
        trend=_trend(about, dimension, keys),
    )


def _share(one: Volume, whole: Volume) -> Decimal | None:
    if whole.cost:
        return one.cost / whole.cost
    return share(one.messages, whole.messages)


def _rank(volume: Volume, key: str) -> tuple[object, ...]:
    return (-volume.cost, -volume.messages, key)


def _others(dimension: str, rest: list[KeyLine]) -> KeyLine:
    return KeyLine(
        dimension,
        "",
        volumes.total(line.shown for line in rest),
        volumes.total(line.before for line in rest),
    )


def _here(about: Scope, dimension: str, period: Period) -> dict[str, Volume]:
    if dimension == Dimension.COUNTRY:
        return read.own_countries(about.workspace, period)
    if dimension == Dimension.LABEL:
        return read.own_labels(about.workspace, period)
    return {}


def _account(about: Scope, dimension: str, period: Period) -> dict[str, Volume]:
    if about.connection is None:
        return {}
    return read.gateway_keys(about.connection, dimension, period)


def _trend(about: Scope, dimension: str, keys: list[str]) -> dict[str, list[Volume]]:
    period, pieces = about.chosen.period, about.chosen.pieces
    if about.is_of_account and about.connection:
        days = read.gateway_key_days(about.connection, dimension, period, keys)
    else:
        days = read.own_key_days(about.workspace, dimension, period, keys)
    return {key: volumes.by_piece(days.get(key, {}), pieces) for key in keys}
