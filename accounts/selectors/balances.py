"""The balance over time, out of the readings that are kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models.functions import TruncDay

from accounts.models import BalanceReading, Connection
from accounts.selectors.clock import GATEWAY_ZONE, gateway_today


def by_day(connection: Connection, start: date, end: date) -> dict[date, Decimal]:
    """Return the balance (EUR) at the end of each day with a reading, today's now.

    Days are the gateway's. Old readings are thinned, so few rows are read.
    """
    rows = (
        BalanceReading.objects.filter(
            connection=connection,
            read_at__gte=_begin(start),
            read_at__lt=_begin(end + timedelta(days=1)),
        )
        .annotate(day=TruncDay("read_at", tzinfo=GATEWAY_ZONE))
        .order_by("day", "-read_at")
        .distinct("day")
    )
    found = {row.day.date(): row.amount for row in rows}
    if connection.balance is not None and start <= gateway_today() <= end:
        found[gateway_today()] = connection.balance
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=GATEWAY_ZONE)
