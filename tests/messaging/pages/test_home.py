"""Home and analytics: does anything need me, what did it cost, did it arrive?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import (
    BalanceReading,
    Connection,
    GatewayHook,
    Usage,
    User,
    Workspace,
)
from contacts.models import Contact
from messaging.models import Campaign, Message
from messaging.selectors import days
from messaging.states import CampaignState, MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, stat, words


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def hook(connected: Connection) -> GatewayHook:
    return GatewayHook.objects.create(
        connection=connected,
        gateway_id="1",
        event_type="all",
        target="https://example.com",
        is_ours=True,
        seen_at=timezone.now(),
    )


class TestFirstSteps:
    def test_new_workspace_is_led_to_connect(self, browser: Client) -> None:
        steps = soup(browser.get("/")).select(".start-steps li")
        assert steps[0]["aria-current"] == "step"
        assert steps[0].select_one("a")["href"] == "/account/connection/"  # type: ignore[index]

    def test_connected_workspace_is_led_to_import(
        self, browser: Client, connected: Connection
    ) -> None:
        current = soup(browser.get("/")).select_one(".start-steps [aria-current]")
        assert current is not None and "Import" in current.get_text()

    def test_workspace_with_contacts_is_led_to_write(
        self, browser: Client, connected: Connection, contact: Contact
    ) -> None:
        current = soup(browser.get("/")).select_one(".start-steps [aria-current]")
        assert current is not None and "first campaign" in current.get_text()

    def test_steps_are_gone_once_all_are_done(
        self, browser: Client, connected: Connection, campaign: Campaign
    ) -> None:
        assert not soup(browser.get("/")).select(".start-steps")

    def test_reader_gets_no_buttons_in_the_steps(
        self, reader: User, client_as: ClientAs
    ) -> None:
        assert not soup(client_as(reader).get("/")).select(".start-steps a")


class TestAttention:
    def test_nothing_is_said_when_nothing_waits(
        self, browser: Client, hook: GatewayHook, campaign: Campaign
    ) -> None:
        assert not soup(browser.get("/")).select(".attention")

    def test_broken_connection_is_said_with_its_reason(
        self, browser: Client, hook: GatewayHook
    ) -> None:
        Connection.objects.update(state="broken", broken_code=900)
        assert "Check the key" in words(browser.get("/"), ".attention")

    def test_paused_campaign_is_said_with_what_to_do(
        self, browser: Client, hook: GatewayHook, campaign: Campaign
    ) -> None:
        Campaign.objects.update(state=CampaignState.PAUSED, pause_reason="500")
        shown = words(browser.get("/"), ".attention")
        assert "“Winter card” is paused" in shown and "Top up" in shown

    def test_unclear_messages_are_said(
        self, browser: Client, hook: GatewayHook, message: Message
    ) -> None:
        shown = words(browser.get("/"), ".attention")
        assert "1 message of “Winter card” waits for your decision" in shown

    def test_missing_webhook_is_said(
        self, browser: Client, connected: Connection
    ) -> None:
        assert "cannot reach this dashboard" in words(browser.get("/"), ".attention")

    def test_short_balance_is_said(self, browser: Client, hook: GatewayHook) -> None:
        today = days.today(hook.connection.workspace)
        for n in range(1, 8):
            Usage.objects.create(
                connection=hook.connection,
                dimension="date",
                day=today - timedelta(days=n),
                cost=Decimal(25),
                fetched_at=timezone.now(),
            )
        assert "lasts about 2 days" in words(browser.get("/"), ".attention")


class TestFigures:
    def test_today_is_summed(
        self,
        browser: Client,
        hook: GatewayHook,
        add_messages: AddMessages,
        workspace: Workspace,
    ) -> None:
        today = days.today(workspace)
        add_messages(MessageState.DELIVERED, 3, sent_on=today)
        add_messages(MessageState.ACCEPTED, 1, sent_on=today)
        response = browser.get("/")
        assert stat(response, "Sent today") == "4"
        assert stat(response, "Delivered today") == "75\xa0%"
        assert stat(response, "Cost today") == "0.30\xa0€"

    def test_chart_has_its_numbers_in_a_table(
        self,
        browser: Client,
        hook: GatewayHook,
        add_messages: AddMessages,
        workspace: Workspace,
    ) -> None:
        add_messages(MessageState.DELIVERED, 3, sent_on=days.today(workspace))
        table = soup(browser.get("/")).select("#messages tbody tr")
        assert len(table) == 30
        assert "3" in table[-1].get_text()

    def test_asks_a_bounded_number_of_queries(
        self,
        browser: Client,
        hook: GatewayHook,
        add_messages: AddMessages,
        django_assert_max_num_queries: Any,
    ) -> None:
        add_messages(MessageState.DELIVERED, 30)
        add_messages(MessageState.UNCLEAR, 3)
        BalanceReading.objects.create(
            connection=hook.connection, amount=50, read_at=timezone.now()
        )
        with django_assert_max_num_queries(26):
            browser.get("/")
