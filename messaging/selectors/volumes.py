"""Read volumes: our own out of the tallies of days, the gateway's as it was polled.

Both are sums of few rows, however many messages there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import Connection, Usage, Workspace
from contacts.models import Channel
from messaging import volumes
from messaging.models import DayTally, LabelTally
from messaging.periods import Period
from messaging.states import AT_GATEWAY, MessageState
from messaging.volumes import Volume

Rows = Iterable[Mapping[str, Any]]
_FAILED = Q(state__in=(MessageState.UNDELIVERED, MessageState.EXPIRED))


def own_days(workspace: Workspace, period: Period) -> dict[date, Volume]:
    """Return what we sent on each day with a message."""
    return _gathered(_summed(_tallies(workspace, period), "day"), "day")


def own_countries(workspace: Workspace, period: Period) -> dict[str, Volume]:
    """Return what we sent to each country, by ISO code ("" for an unknown one)."""
    return _gathered(_summed(_tallies(workspace, period), "country"), "country")


def own_labels(workspace: Workspace, period: Period) -> dict[str, Volume]:
    """Return what we sent under each label, "" for what has none."""
    rows = _labelled(workspace, period).values("label", "channel")
    found = _gathered(_with_sums(rows), "label")
    rest = volumes.total(own_days(workspace, period).values())
    for volume in found.values():
        rest -= volume
    return {**found, "": rest} if rest.messages else found


def own_key_days(
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
        every = own_days(workspace, period)
        found[""] = {
            day: one - under_any.get(day, volumes.NONE) for day, one in every.items()
        }
    return found


def gateway_days(connection: Connection, period: Period) -> dict[date, Volume]:
    """Return what the gateway counted on each polled day."""
    rows = _usage(connection, Usage.Dimension.DATE, period)
    return {row.day: as_volume(row) for row in rows}


def gateway_keys(
    connection: Connection, dimension: str, period: Period
) -> dict[str, Volume]:
    """Return the gateway's sums of each country, label or subaccount."""
    rows = (
        _usage(connection, dimension, period)
        .order_by()
        .values("key")
        .annotate(
            sms_sum=Sum("sms"),
            voice_sum=Sum("voice"),
            rcs_sum=Sum("rcs"),
            inbound_sum=Sum("inbound"),
            lookups_sum=Sum(F("hlr") + F("mnp")),
            cost_sum=Sum("cost"),
        )
    )
    found = {
        row["key"]: Volume(
            sms=row["sms_sum"],
            voice=row["voice_sum"],
            rcs=row["rcs_sum"],
            inbound=row["inbound_sum"],
            lookups=row["lookups_sum"],
            cost=row["cost_sum"],
        )
        for row in rows
    }
    # A row of nothing says that a day was asked for.
    return {key: one for key, one in found.items() if not one.is_nothing}


def gateway_key_days(
    connection: Connection, dimension: str, period: Period, keys: Iterable[str]
) -> dict[str, dict[date, Volume]]:
    """Return the gateway's days of some countries, labels or subaccounts."""
    rows = _usage(connection, dimension, period).filter(key__in=list(keys))
    found: dict[str, dict[date, Volume]] = {}
    for row in rows:
        found.setdefault(row.key, {})[row.day] = as_volume(row)
    return found


def first_polled(connection: Connection, dimension: str) -> date | None:
    """Return the first day that the gateway's figures are there for."""
    return (
        Usage.objects.filter(connection=connection, dimension=dimension)
        .order_by("day")
        .values_list("day", flat=True)
        .first()
    )


def _usage(connection: Connection, dimension: str, period: Period) -> QuerySet[Usage]:
    return Usage.objects.filter(
        connection=connection,
        dimension=dimension,
        day__range=(period.start, period.end),
    ).order_by("day")


def as_volume(row: Usage) -> Volume:
    """Return what the gateway counted in a row."""
    return Volume(
        sms=row.sms,
        voice=row.voice,
        rcs=row.rcs,
        lookups=row.hlr + row.mnp,
        inbound=row.inbound,
        cost=row.cost,
    )


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
    sent, cost, channel = row["sent"] or 0, row["spent"] or Decimal(0), row["channel"]
    is_call, is_rcs = channel == Channel.VOICE, channel == Channel.RCS
    is_sms = not (is_call or is_rcs)
    return Volume(
        sms=sent if is_sms else 0,
        voice=sent if is_call else 0,
        rcs=sent if is_rcs else 0,
        delivered=row.get("arrived") or 0,
        failed=row.get("lost") or 0,
        cost=cost,
        sms_cost=cost if is_sms else volumes.ZERO_EUR,
        voice_cost=cost if is_call else volumes.ZERO_EUR,
        rcs_cost=cost if is_rcs else volumes.ZERO_EUR,
    )
