"""Prices are polled daily, and what changed is kept as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.models import Connection, Price, PriceChange, PriceCheck, Workspace
from accounts.selectors import price_history
from accounts.services import prices
from seven_dashboard.gateway.resources.pricing import PriceList

MONDAY = datetime(2026, 5, 18, 10, 0, tzinfo=UTC)


def listed(**amounts: str) -> PriceList:
    """Return a list of Germany with a price for each network ("usual" has no name)."""
    networks = [
        {"mcc": None, "mncs": None, "networkName": None, "price": amount}
        if name == "usual"
        else {"mcc": "262", "mncs": ["01"], "networkName": name, "price": amount}
        for name, amount in amounts.items()
    ]
    country = {"countryCode": "DE", "countryName": "Germany", "countryPrefix": "49"}
    return PriceList.model_validate({"countries": [{**country, "networks": networks}]})


@pytest.fixture
def polled(connection: Connection) -> Connection:
    """A connection whose prices were polled on three days."""
    for day, amounts in enumerate(
        [
            {"usual": "0.075", "Telekom": "0.08"},
            {"usual": "0.075", "Telekom": "0.09", "O2": "0.07"},
            {"usual": "0.08", "Telekom": "0.08"},
        ]
    ):
        with time_machine.travel(MONDAY + timedelta(days=day), tick=False):
            prices.store(connection=connection, listed=listed(**amounts))
    return connection


def test_first_list_begins_the_history_and_changes_nothing(
    connection: Connection,
) -> None:
    prices.store(connection=connection, listed=listed(usual="0.075"))
    assert PriceChange.objects.count() == 0
    assert PriceCheck.objects.get().prices == 1


def test_same_list_adds_no_rows(polled: Connection) -> None:
    before = PriceChange.objects.count()
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        prices.store(connection=polled, listed=listed(usual="0.08", Telekom="0.08"))
    assert PriceChange.objects.count() == before


def test_changes_tell_what_was_what_is_and_since_when(polled: Connection) -> None:
    found = [
        (row.network, row.before, row.amount, row.changed_at.day)
        for row in PriceChange.objects.order_by("changed_at", "network")
    ]
    assert found == [
        ("O2", None, Decimal("0.07"), 19),
        ("Telekom", Decimal("0.08"), Decimal("0.09"), 19),
        ("", Decimal("0.075"), Decimal("0.08"), 20),
        ("O2", Decimal("0.07"), None, 20),
        ("Telekom", Decimal("0.09"), Decimal("0.08"), 20),
    ]


def test_two_days_are_compared_and_what_came_back_is_left_out(
    polled: Connection,
) -> None:
    found = price_history.between(polled, date(2026, 5, 18), date(2026, 5, 20))
    assert [(one.network, one.was, one.now) for one in found] == [
        ("", Decimal("0.075"), Decimal("0.08"))
    ]
    share = found[0].share
    assert share is not None and round(share, 3) == Decimal("0.067")


def test_day_compared_with_itself_differs_in_nothing(polled: Connection) -> None:
    day = date(2026, 5, 19)
    assert price_history.between(polled, day, day) == []


def test_country_has_its_prices_of_each_day(polled: Connection) -> None:
    rows = list(Price.objects.filter(connection=polled))
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        found = price_history.by_day(polled, rows, "DE-49")
    assert [(one.day.day, one.usual, one.lowest, one.highest) for one in found] == [
        (18, Decimal("0.075"), Decimal("0.075"), Decimal("0.08")),
        (19, Decimal("0.075"), Decimal("0.07"), Decimal("0.09")),
        (20, Decimal("0.08"), Decimal("0.08"), Decimal("0.08")),
    ]


def test_newest_changes_come_in_pages(
    polled: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_history, "PAGE", 3)
    first = price_history.newest(polled)
    second = price_history.newest(polled, after=first.after)
    seen = [row.pk for row in [*first.rows, *second.rows]]
    assert seen == sorted(seen, reverse=True) and len(seen) == 5
    assert second.after == ""


def test_history_of_another_connection_is_its_own(
    polled: Connection, other_workspace: Workspace
) -> None:
    other = Connection.objects.create(workspace=other_workspace, api_key="other")
    assert price_history.newest(other).rows == []
    assert price_history.known_since(other) is None
