"""Read our own volumes out of the tallies of days.

They are sums of few rows, however many messages there were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from accounts.models import Usage, Workspace
from contacts.models import Channel
from messaging import volumes
from messaging.models import DayTally, LabelTally
from messaging.periods import Period
from messaging.states import AT_GATEWAY, MessageState
from messaging.volumes import Volume

Rows = Iterable[Mapping[str, Any]]
_FAILED = Q(state__in=(MessageState.UNDELIVERED, MessageState.EXPIRED))
_OF_CHANNEL: Final = {one: Q(channel=one) for one in Channel.values}
# Sums of rows of all channels, under the names that `_of_channels` reads.
_BY_CHANNEL: Final = {
    **{f"{one}_sent": Sum("messages", filter=q) for one, q in _OF_CHANNEL.items()},
    **{f"{one}_spent": Sum("cost", filter=q) for one, q in _OF_CHANNEL.items()},
    "sent": Sum("messages"),
    "spent": Sum("cost"),
}


def has_any(workspace: Workspace, period: Period) -> bool:
    """Whether anything was sent from here."""
    return _tallies(workspace, period).exists()


def by_day(workspace: Workspace, period: Period) -> dict[date, Volume]:
    """Return what we sent on each day with a message."""
    return _gathered(_summed(_tallies(workspace, period), "day"), "day")


def by_country(workspace: Workspace, period: Period) -> dict[str, Volume]:
    """Return what we sent to each country, by ISO code ("" for an unknown one)."""
    return _gathered(_summed(_tallies(workspace, period), "country"), "country")


def by_label(
    workspace: Workspace,
    period: Period,
    *,
    most: int | None = None,
    among: Collection[str] | None = None,
) -> dict[str, Volume]:
    """Return what we sent under labels, "" for what has none: the dearest, or some.

    There may be a label for each campaign there ever was, so not all are read.
    """
    rows = _labelled(workspace, period).order_by()
    if among is not None:
        rows = rows.filter(label__in=among)
    sums: QuerySet[Any, Any] = rows.values("label").annotate(**_BY_CHANNEL)
    dearest = sums.order_by("-spent", "-sent", "label")[:most]
    found = {row["label"]: _of_channels(row) for row in dearest}
    if among is None or "" in among:
        found[""] = _unlabelled(workspace, period)
    return {label: one for label, one in found.items() if not one.is_nothing}


def count_labels(workspace: Workspace, period: Period) -> int:
    """Return under how many labels we sent; what has none counts as one."""
    labels = _labelled(workspace, period).order_by().values("label").distinct()
    return labels.count() + (not _unlabelled(workspace, period).is_nothing)


def by_key_and_day(
    workspace: Workspace, dimension: str, period: Period, keys: Iterable[str]
) -> dict[str, dict[date, Volume]]:
    """Return the days of some countries or labels ("": those without a label)."""
    wanted = list(keys)
    if dimension == Usage.Dimension.COUNTRY:
        rows = _tallies(workspace, period).filter(country__in=wanted)
        return _key_days(rows, "country")
    if dimension != Usage.Dimension.LABEL:
        return {}
    labelled = _labelled(workspace, period)
    found = _key_days(labelled.filter(label__in=wanted), "label")
    if "" in wanted:
        under_any = _gathered(_with_sums(labelled.values("day", "channel")), "day")
        every = by_day(workspace, period)
        found[""] = {
            day: one - under_any.get(day, volumes.NONE) for day, one in every.items()
        }
    return found


def _unlabelled(workspace: Workspace, period: Period) -> Volume:
    under_any = _of_channels(_labelled(workspace, period).aggregate(**_BY_CHANNEL))
    rest = volumes.total(by_day(workspace, period).values()) - under_any
    # The fates of labelled messages are not known: they are left over.
    return rest if rest.messages else volumes.NONE


def _tallies(workspace: Workspace, period: Period) -> QuerySet[DayTally]:
    return DayTally.objects.filter(
        workspace=workspace,
        day__range=(period.start, period.end),
        state__in=AT_GATEWAY,
    )


def _labelled(workspace: Workspace, period: Period) -> QuerySet[LabelTally]:
    return LabelTally.objects.filter(
        workspace=workspace, day__range=(period.start, period.end)
    )


def _key_days(rows: QuerySet[Any, Any], key: str) -> dict[str, dict[date, Volume]]:
    by_key: dict[str, list[Mapping[str, Any]]] = {}
    for row in _with_sums(rows.values(key, "day", "channel")):
        by_key.setdefault(row[key], []).append(row)
    return {name: _gathered(some, "day") for name, some in by_key.items()}


def _summed(rows: QuerySet[DayTally], key: str) -> Rows:
    sums: Rows = _with_sums(rows.values(key, "channel")).annotate(
        arrived=Sum("messages", filter=Q(state=MessageState.DELIVERED)),
        lost=Sum("messages", filter=_FAILED),
    )
    return sums


def _with_sums(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    summed: QuerySet[Any, Any] = rows.order_by().annotate(
        sent=Sum("messages"), spent=Sum("cost")
    )
    return summed


def _gathered(rows: Rows, key: str) -> dict[Any, Volume]:
    """Return a volume for each key of rows of a key and a channel."""
    found: dict[Any, Volume] = {}
    for row in rows:
        found[row[key]] = found.get(row[key], volumes.NONE) + _of_channel(row)
    return {name: one for name, one in found.items() if not one.is_nothing}


def _of_channel(row: Mapping[str, Any]) -> Volume:
    cost: Decimal = row["spent"] or Decimal(0)
    channel = row["channel"] if row["channel"] in Channel.values else Channel.SMS
    of_channel: dict[str, Any] = {channel: row["sent"] or 0, f"{channel}_cost": cost}
    return Volume(
        delivered=row.get("arrived") or 0,
        failed=row.get("lost") or 0,
        cost=cost,
        **of_channel,
    )


def _of_channels(row: Mapping[str, Any]) -> Volume:
    """Return the volume of a row that has the sums of all channels."""
    figures: dict[str, Any] = {}
    for one in Channel.values:
        figures[one] = row[f"{one}_sent"] or 0
        figures[f"{one}_cost"] = row[f"{one}_spent"] or Decimal(0)
    return Volume(**figures, cost=row["spent"] or Decimal(0))
