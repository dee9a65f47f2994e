"""Readings of the balance: thinned with age, one a day for the chart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.models import BalanceReading, Connection
from accounts.selectors import balances
from accounts.services import cleaning, thinning

NOW = datetime(2026, 5, 20, 12, 30, tzinfo=UTC)


@pytest.fixture
def readings(connection: Connection) -> Connection:
    """Two readings an hour for five hours: now, ten days and a hundred days ago."""
    BalanceReading.objects.bulk_create(
        BalanceReading(
            connection=connection,
            amount=Decimal(100 - n),
            read_at=NOW - timedelta(days=days, minutes=30 * n),
        )
        for days in (0, 10, 100)
        for n in range(10)
    )
    return connection


def test_older_readings_are_fewer(readings: Connection) -> None:
    with time_machine.travel(NOW, tick=False):
        removed = thinning.thin_balances()
        again = cleaning.clean()["balances_thinned"]
    left = [
        BalanceReading.objects.filter(
            read_at__range=(NOW - timedelta(days=d + 1), NOW - timedelta(days=d))
        ).count()
        for d in (0, 10, 100)
    ]
    assert left == [10, 5, 1]
    assert (removed, again) == (14, 0)


def test_newest_of_a_day_is_kept(readings: Connection) -> None:
    with time_machine.travel(NOW, tick=False):
        thinning.thin_balances()
    oldest = BalanceReading.objects.order_by("read_at").first()
    assert oldest is not None and oldest.amount == 100


def test_each_day_ends_with_its_last_balance_and_today_with_the_present_one(
    readings: Connection,
) -> None:
    readings.balance = Decimal("12.5")
    with time_machine.travel(NOW, tick=False):
        found = balances.by_day(readings, date(2026, 5, 1), date(2026, 5, 20))
    assert found == {
        date(2026, 5, 10): Decimal(100),
        date(2026, 5, 20): Decimal("12.5"),
    }
