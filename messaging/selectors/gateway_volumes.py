"""Read the gateway's volumes as polled: by day, country, label and subaccount."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import Connection, Usage
from accounts.selectors import usage
from messaging.periods import Period
from messaging.volumes import Volume

# Columns of a row, in the order that `_counted` takes them.
_COLUMNS: Final = ("sms", "voice", "rcs", "hlr", "mnp", "inbound", "cost")
_SUMS: Final = {f"{name}_sum": Sum(name) for name in _COLUMNS}
# A row of nothing says that a day was asked for.
_SOMETHING: Final = Q(*[(f"{name}_sum__gt", 0) for name in _COLUMNS], _connector=Q.OR)


def by_day(connection: Connection, period: Period) -> dict[date, Volume]:
    """Return what the gateway counted on each polled day."""
    rows = _rows(connection, Usage.Dimension.DATE, period)
    return {day: _counted(*row) for day, *row in rows.values_list("day", *_COLUMNS)}


def by_key(
    connection: Connection,
    dimension: str,
    period: Period,
    *,
    most: int | None = None,
    among: Collection[str] | None = None,
) -> dict[str, Volume]:
    """Return the sums of countries, labels or subaccounts: the dearest, or some.

    Programs may give each message a label of its own, so not all are read.
    """
    rows = _rows(connection, dimension, period)
    if among is not None:
        rows = rows.filter(key__in=among)
    summed: QuerySet[Any, Any] = rows.values("key").annotate(**_SUMS)
    sums = summed.filter(_SOMETHING)
    in_all = F("sms_sum") + F("voice_sum") + F("rcs_sum")
    dearest = sums.order_by("-cost_sum", in_all.desc(), "key")[:most]
    return {row["key"]: _of_sums(row) for row in dearest}


def whole(connection: Connection, dimension: str, period: Period) -> tuple[Volume, int]:
    """Return the sum of all keys of a dimension, and how many they are."""
    rows = _rows(connection, dimension, period).filter(usage.ACTIVE)
    return _of_sums(rows.aggregate(**_SUMS)), rows.values("key").distinct().count()


def by_key_and_day(
    connection: Connection, dimension: str, period: Period, keys: Iterable[str]
) -> dict[str, dict[date, Volume]]:
    """Return the days of some countries, labels or subaccounts."""
    rows = _rows(connection, dimension, period).filter(key__in=list(keys))
    found: dict[str, dict[date, Volume]] = {}
    for key, day, *row in rows.values_list("key", "day", *_COLUMNS):
        found.setdefault(key, {})[day] = _counted(*row)
    return found


def first_day(connection: Connection, dimension: str) -> date | None:
    """Return the first day that the gateway's figures are there for."""
    return (
        Usage.objects.filter(connection=connection, dimension=dimension)
        .order_by("day")
        .values_list("day", flat=True)
        .first()
    )


def as_volume(row: Usage) -> Volume:
    """Return what the gateway counted in a row."""
    return _counted(*(getattr(row, name) for name in _COLUMNS))


def _rows(connection: Connection, dimension: str, period: Period) -> QuerySet[Usage]:
    return Usage.objects.filter(
        connection=connection,
        dimension=dimension,
        day__range=(period.start, period.end),
    ).order_by()


def _of_sums(row: Mapping[str, Any]) -> Volume:
    # Nothing sums up to None.
    figures: list[Any] = [row[f"{name}_sum"] or 0 for name in _COLUMNS]
    return _counted(*figures)


def _counted(
    sms: int, voice: int, rcs: int, hlr: int, mnp: int, inbound: int, cost: Decimal
) -> Volume:
    return Volume(
        sms=sms, voice=voice, rcs=rcs, lookups=hlr + mnp, inbound=inbound, cost=cost
    )
