"""The list of campaigns and the page of one that was launched."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from messaging.models import Campaign, Message
from messaging.selectors import pages
from messaging.states import CampaignState, MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import fact, soup, stat, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def address(campaign: Campaign) -> str:
    return reverse("messaging:campaign_detail", args=[campaign.pk])


@pytest.fixture
def live_address(campaign: Campaign) -> str:
    return reverse("messaging:campaign_live", args=[campaign.pk])


def add_campaigns(workspace: Workspace, count: int) -> None:
    for n in range(count):
        Campaign.objects.create(workspace=workspace, name=f"Campaign {n}")


def test_recipients_are_not_counted_before_they_are_there(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    assert soup(browser.get(address)).select_one(".tabs .count") is None
    add_messages(MessageState.DELIVERED, 3)
    assert words(browser.get(address), ".tabs .count") == "3"


class TestList:
    def test_empty_list_says_what_to_do(self, browser: Client) -> None:
        assert "No campaigns yet" in words(browser.get("/campaigns/"))

    def test_shows_totals(
        self, browser: Client, campaign: Campaign, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 3)
        add_messages(MessageState.ACCEPTED, 1)
        row = words(browser.get("/campaigns/"), "tbody tr")
        assert "Winter card" in row and "75 %" in row and "0.30 €" in row

    def test_state_filters(self, browser: Client, campaign: Campaign) -> None:
        Campaign.objects.create(workspace=campaign.workspace, name="Idea")
        shown = words(browser.get("/campaigns/?state=draft"), "tbody")
        assert "Idea" in shown and "Winter card" not in shown

    def test_name_is_searched(self, browser: Client, campaign: Campaign) -> None:
        assert "Winter card" in words(browser.get("/campaigns/?q=WINTER"), "tbody")
        assert "No campaign fits" in words(browser.get("/campaigns/?q=summer"))

    def test_filter_chip_keeps_the_other_filter(self, browser: Client) -> None:
        page = soup(browser.get("/campaigns/?q=a%26b&state=draft"))
        links = [link["href"] for link in page.select(".chip a")]
        assert links == ["/campaigns/?q=a%26b", "/campaigns/?state=draft"]

    def test_pages_lead_there_and_back(
        self, browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pages, "SIZE", 2)
        monkeypatch.setattr(pages.by_time, "__kwdefaults__", {"size": 2})
        add_campaigns(workspace, 5)
        seen, address = [], "/campaigns/"
        for _page in range(3):
            page = soup(browser.get(address))
            seen.append([link.get_text() for link in page.select(".row-link")])
            older = page.select_one("[rel=next]")
            address = f"/campaigns/{older['href']}" if older else ""
        assert seen == [
            ["Campaign 4", "Campaign 3"],
            ["Campaign 2", "Campaign 1"],
            ["Campaign 0"],
        ]
        newer = page.select_one("[rel=prev]")
        assert newer is not None
        back = words(browser.get(f"/campaigns/{newer['href']}"), ".row-link")
        assert back == "Campaign 2 Campaign 1"

    @pytest.mark.parametrize("cursor", ["x", "1_2", "9" * 40 + "_x", "_"])
    def test_odd_cursor_shows_the_first_page(
        self, browser: Client, campaign: Campaign, cursor: str
    ) -> None:
        assert "Winter card" in words(browser.get(f"/campaigns/?after={cursor}"))

    def test_campaign_of_another_workspace_is_not_listed(
        self, stranger: User, client_as: ClientAs, campaign: Campaign
    ) -> None:
        assert "Winter card" not in words(client_as(stranger).get("/campaigns/"))

    def test_single_messages_are_not_listed(
        self, browser: Client, campaign: Campaign
    ) -> None:
        Campaign.objects.update(kind=Campaign.Kind.SINGLE)
        assert "Winter card" not in words(browser.get("/campaigns/"))

    def test_queries_do_not_grow_with_the_list(
        self,
        browser: Client,
        workspace: Workspace,
        django_assert_max_num_queries: Any,
    ) -> None:
        add_campaigns(workspace, 30)
        with django_assert_max_num_queries(13):
            browser.get("/campaigns/")


class TestRunning:
    def test_shows_how_far(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 2)
        add_messages(MessageState.QUEUED, 6)
        add_messages(MessageState.SKIPPED, 1, skip_reason="opted_out")
        response = browser.get(address)
        assert "2 of 8 messages done" in words(response, ".progress-line")
        assert stat(response, "Delivered") == "2"

    def test_failures_have_the_same_names_and_figures_everywhere(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.UNDELIVERED, 4)
        add_messages(MessageState.EXPIRED, 3)
        add_messages(MessageState.REFUSED, 2, error_code=403)
        response = browser.get(address)
        assert stat(response, "Failed") == "9"
        shown = words(response, ".stats")
        assert "Not delivered: 4 · Expired: 3 · Refused: 2" in shown
        assert fact(response, "Not delivered") == "4"
        assert fact(response, "Expired") == "3"

    def test_shows_cost_beside_what_was_agreed(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.ACCEPTED, 2)
        response = browser.get(address)
        assert stat(response, "Cost so far").startswith("0.15")
        assert "stops at 10.00 €" in words(response, ".stats")

    def test_time_left_follows_the_rate_that_was_set(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        connected: Connection,
    ) -> None:
        add_messages(MessageState.QUEUED, 600)
        assert "about 1 min left" in words(browser.get(address), ".progress-line")

    def test_failure_is_said_in_plain_words(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.REFUSED, 2, error_code=202)
        shown = words(browser.get(address), "#campaign-live")
        assert "number is not valid. (202)" in shown

    def test_unclear_message_leads_to_where_it_is_decided(
        self, browser: Client, address: str, message: Message
    ) -> None:
        link = soup(browser.get(address)).select_one("#campaign-live .btn")
        assert link and link.text == "Decide"
        shown = words(browser.get(str(link["href"])), ".banner")
        assert "the person never gets it" in shown and "gets it twice" in shown
        assert shown.endswith("It was sent Send again")

    def test_unclear_message_still_asked_for_offers_none(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        later = timezone.now() + timedelta(minutes=1)
        add_messages(MessageState.UNCLEAR, 1, lease_until=later)
        assert "wait for your decision" not in words(browser.get(address))

    def test_reader_gets_no_buttons(
        self, reader: User, client_as: ClientAs, address: str, message: Message
    ) -> None:
        assert words(client_as(reader).get(address), "main button") == ""

    def test_asks_a_bounded_number_of_queries(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        django_assert_max_num_queries: Any,
    ) -> None:
        add_messages(MessageState.DELIVERED, 30)
        add_messages(MessageState.REFUSED, 30, error_code=202)
        add_messages(MessageState.UNCLEAR, 5)
        with django_assert_max_num_queries(26):
            browser.get(address)


class TestLive:
    def test_fragment_asks_again_while_sending(
        self, browser: Client, live_address: str
    ) -> None:
        response = browser.get(live_address, headers=HTMX)
        assert response.status_code == 200
        assert 'hx-trigger="every 2s' in response.content.decode()

    def test_polling_ends_once_all_reports_are_in(
        self,
        browser: Client,
        live_address: str,
        campaign: Campaign,
        add_messages: AddMessages,
    ) -> None:
        add_messages(MessageState.DELIVERED)
        Campaign.objects.update(
            state=CampaignState.FINISHED, finished_at=timezone.now()
        )
        response = browser.get(live_address, headers=HTMX)
        assert response.status_code == 286
        assert b"hx-get" not in response.content
        assert response["HX-Retarget"] == "#campaign-body"
        assert "Finished" in words(response, "#campaign-badge")

    def test_polling_slows_down_while_reports_are_missing(
        self,
        browser: Client,
        live_address: str,
        campaign: Campaign,
        add_messages: AddMessages,
    ) -> None:
        add_messages(MessageState.ACCEPTED)
        Campaign.objects.update(
            state=CampaignState.FINISHED, finished_at=timezone.now()
        )
        response = browser.get(live_address, headers=HTMX)
        assert 'hx-trigger="every 10s' in response.content.decode()

    def test_head_is_sent_only_when_it_changed(
        self, browser: Client, live_address: str
    ) -> None:
        same = browser.get(f"{live_address}?head=sending--0", headers=HTMX)
        other = browser.get(f"{live_address}?head=preparing--0", headers=HTMX)
        assert b"campaign-actions" not in same.content
        assert b"campaign-actions" in other.content

    def test_without_htmx_it_leads_to_the_page(
        self, browser: Client, live_address: str, address: str
    ) -> None:
        assert browser.get(live_address)["Location"] == address


class TestSteering:
    def test_pause_and_resume(
        self,
        browser: Client,
        campaign: Campaign,
        address: str,
        connected: Connection,
    ) -> None:
        browser.post(f"{address}pause/")
        assert "Paused" in words(browser.get(address), "#campaign-pause")
        browser.post(f"{address}resume/")
        campaign.refresh_from_db()
        assert campaign.state == CampaignState.SENDING

    def test_pausing_twice_says_nothing_wrong(
        self, browser: Client, address: str
    ) -> None:
        browser.post(f"{address}pause/")
        assert browser.post(f"{address}pause/").status_code == 302

    @pytest.mark.parametrize(
        ("reason", "shown"),
        [
            ("500", "Top up the account"),
            ("900", "Check the key"),
            ("903", "Allow the address"),
            ("cost", "agrees to a higher amount"),
            ("person", "until somebody goes on"),
            ("201", "The sender is not valid"),
        ],
    )
    def test_pause_says_why_and_what_to_do(
        self, browser: Client, address: str, campaign: Campaign, reason: str, shown: str
    ) -> None:
        Campaign.objects.update(state=CampaignState.PAUSED, pause_reason=reason)
        assert shown in words(browser.get(address), "#campaign-pause")

    def test_higher_bound_lets_a_stopped_campaign_go_on(
        self,
        browser: Client,
        address: str,
        campaign: Campaign,
        connected: Connection,
    ) -> None:
        Campaign.objects.update(state=CampaignState.PAUSED, pause_reason="cost")
        browser.post(f"{address}resume/", {"cost_agreed": "25.50"})
        campaign.refresh_from_db()
        assert campaign.cost_agreed == Decimal("25.5")

    def test_bound_that_is_no_amount_is_refused(
        self, browser: Client, address: str, campaign: Campaign, connected: Connection
    ) -> None:
        Campaign.objects.update(state=CampaignState.PAUSED, pause_reason="cost")
        response = browser.post(
            f"{address}resume/", {"cost_agreed": "much"}, follow=True
        )
        assert "as an amount" in words(response, "body")
        campaign.refresh_from_db()
        assert campaign.state == CampaignState.PAUSED

    def test_cancel_asks_first(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.QUEUED, 3)
        assert "3 messages are still waiting" in words(browser.get(f"{address}cancel/"))

    @pytest.mark.parametrize("state", [CampaignState.FINISHED, CampaignState.CANCELLED])
    def test_nothing_is_cancelled_once_it_is_over(
        self, browser: Client, address: str, campaign: Campaign, state: str
    ) -> None:
        Campaign.objects.update(state=state, finished_at=timezone.now())
        response = browser.get(f"{address}cancel/", follow=True)
        assert response.redirect_chain == [(address, 302)]
        assert "This campaign is not running." in words(response, "body")
        assert "Cancel the campaign" not in words(response, "body")

    def test_retry_without_anything_to_retry_says_so(
        self, browser: Client, address: str, connected: Connection
    ) -> None:
        response = browser.post(f"{address}retry/", follow=True)
        assert "No message can be tried again" in words(response, "body")

    def test_finished_campaign_offers_what_can_be_retried(
        self,
        browser: Client,
        address: str,
        campaign: Campaign,
        add_messages: AddMessages,
    ) -> None:
        add_messages(MessageState.REFUSED, 2, error_code=403)
        add_messages(MessageState.REFUSED, 3, error_code=202)
        Campaign.objects.update(
            state=CampaignState.FINISHED, finished_at=timezone.now()
        )
        response = browser.get(address)
        assert "Send 2 failed ones again" in words(response, "#campaign-actions")
