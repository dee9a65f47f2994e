"""Our figures beside the gateway's, and why they differ."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from accounts.models import Connection
from messaging.models import Campaign
from messaging.states import CampaignState, MessageState
from tests.messaging.pages.analytics.conftest import EURO, counted
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup


def compared(browser: Client) -> list[str]:
    cells = soup(browser.get("/analytics/gateway/")).select("#compared tbody td")
    return [cell.get_text(" ", strip=True) for cell in cells][-8:]


def test_difference_is_shown_and_explained(
    browser: Client,
    connected: Connection,
    campaign: Campaign,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    Campaign.objects.update(state=CampaignState.FINISHED)
    counted(connected, today, sms=6, cost=Decimal("0.45"), is_final=False)
    row = compared(browser)
    assert row[1:4] == ["4", "6", "2"]
    assert row[4:7] == [f"0.30{EURO}", f"0.45{EURO}", f"0.15{EURO}"]
    assert "from elsewhere" in row[7]


def test_figures_older_than_our_messages_are_not_compared(
    browser: Client,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    before = timezone.now() - timedelta(minutes=10)
    counted(connected, today, fetched_at=before, is_final=False)
    row = compared(browser)
    assert row[1:7] == ["4", "–", "–", f"0.30{EURO}", "–", "–"]
    assert "Messages go out" in row[7]


def test_day_that_was_not_fetched_says_so(
    browser: Client,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    assert "not fetched yet" in compared(browser)[7]
