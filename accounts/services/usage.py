"""Keep the gateway's own analytics as rows: by day, and by key within a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from accounts.models import Connection, Usage
from accounts.selectors.clock import gateway_today
from accounts.selectors.usage import ACTIVE, COUNTS
from accounts.services import gateway
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources import analytics
from seven_dashboard.gateway.resources.analytics import Period

Dimension = Usage.Dimension
Counted = tuple[str, analytics.Usage]

# A year and a month: the year before stands beside this one.
FIRST_POLL_DAYS: Final = 400
BREAKDOWN_DAYS: Final = 90
# Days of breakdown in one run; each takes three calls.
BREAKDOWN_STEP: Final = 10
# What is charged late may still move yesterday's figures.
OPEN_DAYS: Final = 2


def refresh_days(*, connection: Connection) -> None:
    """Fetch every day that may have changed. Raises GatewayError, Refused."""
    _fetch_days(connection, gateway.client_for(connection))


def _fetch_days(connection: Connection, client: SevenClient) -> None:
    end = gateway_today()
    start = _first_open_day(connection, end)
    rows = client.analytics.by_date(Period(start=start, end=end))
    counted = [(row.on, "", row) for row in rows if row.on and start <= row.on <= end]
    _store(connection, Dimension.DATE, counted)


def refresh_breakdown(*, connection: Connection) -> bool:
    """Fetch countries, labels and subaccounts of the newest open days.

    The days come first: only what they know of is broken down. Return True when no day
    of the window is left. Raises GatewayError, Refused.
    """
    client = gateway.client_for(connection)
    _fetch_days(connection, client)
    days = _days_to_break_down(connection, client)
    for day in days[:BREAKDOWN_STEP]:
        for dimension, fetch in _FETCHERS.items():
            counted = fetch(client, day)
            # A row of nothing says that this day was asked for.
            counted = counted or [("", analytics.Usage())]
            rows = [(day, key[:120], usage) for key, usage in counted]
            with transaction.atomic():
                _forget(connection, dimension, day)
                _store(connection, dimension, rows)
    return len(days) <= BREAKDOWN_STEP


def _countries(client: SevenClient, day: date) -> list[Counted]:
    rows = client.analytics.by_country(Period(start=day, end=day))
    return [(row.country.upper(), row) for row in rows]


def _labels(client: SevenClient, day: date) -> list[Counted]:
    rows = client.analytics.by_label(Period(start=day, end=day))
    return [(row.label, row) for row in rows]


def _subaccounts(client: SevenClient, day: date) -> list[Counted]:
    # The other figures are of the account itself, like those by day.
    rows = client.analytics.by_subaccount(_all_accounts(day, day))
    return [(row.account, row) for row in rows]


def _all_accounts(start: date, end: date) -> Period:
    return Period(start=start, end=end, subaccounts="all")


_FETCHERS: Final[dict[str, Callable[[SevenClient, date], list[Counted]]]] = {
    Dimension.COUNTRY: _countries,
    Dimension.LABEL: _labels,
    Dimension.SUBACCOUNT: _subaccounts,
}


def _first_open_day(connection: Connection, end: date) -> date:
    earliest = end - timedelta(days=FIRST_POLL_DAYS - 1)
    known = Usage.objects.filter(
        connection=connection, dimension=Dimension.DATE, day__gte=earliest
    ).aggregate(first_open=Min("day", filter=Q(is_final=False)), last_known=Max("day"))
    if known["last_known"] is None:
        return earliest
    following: date = known["last_known"] + timedelta(days=1)
    first_open: date = known["first_open"] or following
    return max(earliest, min(first_open, following, end))


def _days_to_break_down(connection: Connection, client: SevenClient) -> list[date]:
    """Return the open days on which anything was counted, newest first.

    The figures by day are of the account itself, so with subaccounts every day counts.
    """
    end = gateway_today()
    start = end - timedelta(days=BREAKDOWN_DAYS - 1)
    window = Usage.objects.filter(connection=connection, day__range=(start, end))
    days = window.filter(dimension=Dimension.DATE)
    if len(client.analytics.by_subaccount(_all_accounts(start, end))) < 2:
        days = days.filter(ACTIVE)
    # The last dimension is stored last: a day that was cut short is done again.
    done = window.filter(dimension=Dimension.SUBACCOUNT, is_final=True)
    return list(
        days.exclude(day__in=done.values("day"))
        .order_by("-day")
        .values_list("day", flat=True)
    )


def _forget(connection: Connection, dimension: str, day: date) -> None:
    Usage.objects.filter(connection=connection, dimension=dimension, day=day).delete()


def _store(
    connection: Connection,
    dimension: str,
    counted: Iterable[tuple[date, str, analytics.Usage]],
) -> None:
    now, final_until = timezone.now(), gateway_today() - timedelta(days=OPEN_DAYS)
    rows = {
        (day, key): _row(connection, dimension, day, key, usage, now, final_until)
        for day, key, usage in counted
    }
    Usage.objects.bulk_create(
        rows.values(),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["connection", "dimension", "day", "key"],
        update_fields=[*COUNTS, "cost", "fetched_at", "is_final"],
    )


def _row(
    connection: Connection,
    dimension: str,
    day: date,
    key: str,
    usage: analytics.Usage,
    now: datetime,
    final_until: date,
) -> Usage:
    return Usage(
        connection=connection,
        dimension=dimension,
        day=day,
        key=key,
        cost=usage.usage_eur,
        fetched_at=now,
        is_final=day <= final_until,
        **{name: max(0, getattr(usage, name)) for name in COUNTS},
    )
