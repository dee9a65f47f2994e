"""The gateway's own analytics, out of polled rows, and how long the balance lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import F, Q, Sum

from accounts.models import Connection, Usage
from accounts.selectors.clock import gateway_today

MEAN_OVER_DAYS = 7
# More days than this say no more than "long enough".
MOST_DAYS = 999
COUNTS: Final = ("sms", "rcs", "voice", "hlr", "mnp", "inbound")
# Rows that say more than that a day was asked for.
ACTIVE: Final = Q(cost__gt=0) | Q(
    *[(f"{name}__gt", 0) for name in COUNTS], _connector=Q.OR
)


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """Sums of one country, label or subaccount; `cost` is EUR."""

    key: str
    sms: int
    rcs: int
    voice: int
    inbound: int
    lookups: int
    cost: Decimal


def by_day(connection: Connection, start: date, end: date) -> list[Usage]:
    """Return a row for each polled day, both ends included, oldest first."""
    return list(
        Usage.objects.filter(
            connection=connection,
            dimension=Usage.Dimension.DATE,
            day__range=(start, end),
        ).order_by("day")
    )


def by_key(
    connection: Connection, dimension: str, start: date, end: date, *, limit: int = 50
) -> list[KeyUsage]:
    """Return sums for each country, label or subaccount, dearest first."""
    rows = (
        Usage.objects.filter(
            connection=connection, dimension=dimension, day__range=(start, end)
        )
        .values("key")
        .annotate(
            sms_sum=Sum("sms"),
            rcs_sum=Sum("rcs"),
            voice_sum=Sum("voice"),
            inbound_sum=Sum("inbound"),
            lookups_sum=Sum(F("hlr") + F("mnp")),
            cost_sum=Sum("cost"),
        )
        .order_by("-cost_sum", "key")[:limit]
    )
    return [
        KeyUsage(
            key=row["key"],
            sms=row["sms_sum"],
            rcs=row["rcs_sum"],
            voice=row["voice_sum"],
            inbound=row["inbound_sum"],
            lookups=row["lookups_sum"],
            cost=row["cost_sum"],
        )
        for row in rows
    ]


def has_any(connection: Connection, dimension: str, start: date, end: date) -> bool:
    """Whether the gateway has counted anything, both ends included."""
    rows = Usage.objects.filter(
        ACTIVE, connection=connection, dimension=dimension, day__range=(start, end)
    )
    return rows.exists()


def mean_daily_cost(connection: Connection) -> Decimal | None:
    """Return EUR a day over the last seven closed days, None if none was polled."""
    end = gateway_today() - timedelta(days=1)
    start = end - timedelta(days=MEAN_OVER_DAYS - 1)
    costs = [usage.cost for usage in by_day(connection, start, end)]
    return sum(costs, Decimal(0)) / MEAN_OVER_DAYS if costs else None


def days_left(connection: Connection) -> int | None:
    """Return how many days the balance lasts at the mean of the last seven days.

    None when the balance or the usage is not known, or when nothing is spent.
    """
    return lasting(connection.balance, mean_daily_cost(connection))


def lasting(balance: Decimal | None, mean: Decimal | None) -> int | None:
    """Return how many days a balance lasts when a day costs the mean, or None."""
    if balance is None or not mean:
        return None
    return max(0, min(MOST_DAYS, int(balance / mean)))
