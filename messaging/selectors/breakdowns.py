"""Volumes by country, label or subaccount: in all, and over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from accounts import countries
from accounts.models import Usage
from accounts.selectors import subaccounts
from messaging import volumes
from messaging.periods import Period
from messaging.selectors import gateway_volumes
from messaging.selectors import volumes as own_volumes
from messaging.selectors.analytics import Scope
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
    ``called`` is what a subaccount is called.
    """

    dimension: str
    key: str
    shown: Volume
    before: Volume
    here: Volume | None = None
    # Of all that was shown, in EUR where anything cost, in messages otherwise.
    share: Decimal | None = None
    called: str = ""

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
            return self.called or self.key
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
    since: date | None
    trend: dict[str, list[Volume]]

    @property
    def is_empty(self) -> bool:
        return not self.lines

    def line(self, key: str) -> KeyLine | None:
        """Return the line of a key, or None."""
        return next((line for line in self.lines if line.key == key), None)

    def name_of(self, key: str) -> str:
        """Return the name of a key, also of one that has no line of its own."""
        return (self.line(key) or KeyLine(self.dimension, key, NONE, NONE)).name


def of(about: Scope, dimension: str, *, key: str | None = None) -> Breakdown:
    """Return the lines of a dimension; over time, the dearest ones or one `key`."""
    period = about.chosen.period
    shown = _sums(about, dimension, period, most=MOST_LINES + 1)
    ranked = sorted(shown, key=lambda one: _rank(shown[one], one))
    listed = ranked[:MOST_LINES]
    before = _sums(about, dimension, about.chosen.before, among=listed)
    whole, count = volumes.total(shown.values()), len(shown)
    if count > MOST_LINES:
        whole, count = _whole(about, dimension, period)
    called = _called(about, dimension)
    is_theirs = about.is_of_account
    here = _own(about, dimension, period, among=listed) if is_theirs else shown
    lines = [
        KeyLine(
            dimension,
            one,
            shown[one],
            before.get(one, NONE),
            here.get(one),
            _share(shown[one], whole),
            called.get(one, ""),
        )
        for one in listed
    ]
    keys = listed[:MOST_SERIES] if key is None else [key]
    return Breakdown(
        dimension=dimension,
        lines=lines,
        others=_others(about, dimension, lines, whole) if count > MOST_LINES else None,
        others_count=count - len(lines),
        since=_since(about, dimension),
        trend=_trend(about, dimension, keys),
    )


def _called(about: Scope, dimension: str) -> dict[str, str]:
    """Return what subaccounts are called: the gateway counts them by their ids."""
    if dimension != Dimension.SUBACCOUNT or about.connection is None:
        return {}
    return subaccounts.names(about.connection)


def _share(one: Volume, whole: Volume) -> Decimal | None:
    if whole.cost:
        return one.cost / whole.cost
    return share(one.messages, whole.messages)


def _rank(volume: Volume, key: str) -> tuple[object, ...]:
    return (-volume.cost, -volume.messages, key)


def _others(
    about: Scope, dimension: str, lines: list[KeyLine], whole: Volume
) -> KeyLine:
    """Return what is not listed as one line."""
    before, _count = _whole(about, dimension, about.chosen.before)
    return KeyLine(
        dimension,
        "",
        whole - volumes.total(line.shown for line in lines),
        before - volumes.total(line.before for line in lines),
    )


def _sums(
    about: Scope,
    dimension: str,
    period: Period,
    *,
    most: int | None = None,
    among: list[str] | None = None,
) -> dict[str, Volume]:
    """Return the dearest keys, or some, of the source that is shown."""
    if about.is_of_account and about.connection:
        return gateway_volumes.by_key(
            about.connection, dimension, period, most=most, among=among
        )
    return _own(about, dimension, period, most=most, among=among)


def _own(
    about: Scope,
    dimension: str,
    period: Period,
    *,
    most: int | None = None,
    among: list[str] | None = None,
) -> dict[str, Volume]:
    if dimension == Dimension.COUNTRY:
        return own_volumes.by_country(about.workspace, period)
    if dimension == Dimension.LABEL:
        return own_volumes.by_label(about.workspace, period, most=most, among=among)
    return {}


def _whole(about: Scope, dimension: str, period: Period) -> tuple[Volume, int]:
    """Return the sum of all keys, and how many they are."""
    if about.is_of_account and about.connection:
        return gateway_volumes.whole(about.connection, dimension, period)
    if dimension == Dimension.LABEL:
        every = own_volumes.by_day(about.workspace, period)
        count = own_volumes.count_labels(about.workspace, period)
        return volumes.total(every.values()), count
    found = _own(about, dimension, period)
    return volumes.total(found.values()), len(found)


def _since(about: Scope, dimension: str) -> date | None:
    if about.connection is None:
        return None
    return gateway_volumes.first_day(about.connection, dimension)


def _trend(about: Scope, dimension: str, keys: list[str]) -> dict[str, list[Volume]]:
    period, pieces = about.chosen.period, about.chosen.pieces
    if about.is_of_account and about.connection:
        days = gateway_volumes.by_key_and_day(about.connection, dimension, period, keys)
    else:
        days = own_volumes.by_key_and_day(about.workspace, dimension, period, keys)
    return {key: volumes.by_piece(days.get(key, {}), pieces) for key in keys}
