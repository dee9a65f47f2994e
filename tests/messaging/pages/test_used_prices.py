"""Changed prices that recent campaigns used: what an alert is made of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Connection, PriceChange, User, Workspace
from accounts.rights import Right
from messaging.selectors import days, used_prices
from messaging.states import MessageState
from tests.access import ViewAccess
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import words

SINCE = timedelta(days=3)


class TestAccess(ViewAccess):
    url_name, right, methods = "messaging:used_prices", Right.READ, ("get",)


@pytest.fixture
def today(workspace: Workspace) -> date:
    return days.today(workspace)


def change(connection: Connection, country: str, **more: str) -> None:
    usual = {"country_name": country, "prefix": "1", "before": "0.07", "amount": "0.08"}
    PriceChange.objects.create(
        connection=connection,
        country=country,
        changed_at=timezone.now() - timedelta(days=1),
        **{**usual, **more},
    )


def test_change_where_campaigns_went_is_told_with_what_it_costs(
    workspace: Workspace,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 10, country="DE", sent_on=today)
    change(connected, "DE")
    change(connected, "FR")
    found = used_prices.changed_since(workspace, timezone.now() - SINCE)
    assert [(one.difference.country, one.parts, one.extra) for one in found] == [
        ("DE", 10, Decimal("0.10"))
    ]


def test_price_of_one_network_promises_no_sum(
    workspace: Workspace,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, country="DE", sent_on=today)
    change(connected, "DE", mcc="262", mncs="01", network="Telekom")
    found = used_prices.changed_since(workspace, timezone.now() - SINCE)
    assert [one.extra for one in found] == [None]


def test_country_of_long_ago_and_older_changes_are_left_out(
    workspace: Workspace,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    long_ago = today - timedelta(days=used_prices.LOOK_BACK_DAYS + 1)
    add_messages(MessageState.DELIVERED, country="DE", sent_on=long_ago)
    add_messages(MessageState.DELIVERED, country="AT", sent_on=today)
    change(connected, "DE")
    change(connected, "AT")
    assert used_prices.changed_since(workspace, timezone.now()) == []
    found = used_prices.changed_since(workspace, timezone.now() - SINCE)
    assert [one.difference.country for one in found] == ["AT"]


def test_page_of_prices_tells_it(
    owner: User,
    client_as: ClientAs,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 10, country="DE", sent_on=today)
    change(connected, "DE")
    page = client_as(owner).get("/analytics/prices/")
    assert "was 0.07 €, is 0.08 €" in words(page, "#used-prices")
    assert "0.10 € more for the 10 parts" in words(page, "#used-prices")
