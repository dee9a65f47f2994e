"""The report of an ended campaign, as a person reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from messaging.models import Campaign, InboundMessage, Reaction, Summary
from messaging.services import summaries
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, stat, words

HTMX = {"HX-Request": "true"}
State = MessageState


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


@pytest.fixture
def ended(campaign: Campaign) -> Campaign:
    Campaign.objects.update(state="finished", finished_at=timezone.now())
    campaign.refresh_from_db()
    return campaign


@pytest.fixture
def address(ended: Campaign) -> str:
    return reverse("messaging:campaign_detail", args=[ended.pk])


@pytest.fixture
def fragment(ended: Campaign) -> str:
    return reverse("messaging:campaign_report_fragment", args=[ended.pk])


def table(response: Any, heading: str) -> str:
    """Return the words of the section under a heading."""
    for section in soup(response).select(".section"):
        head = section.select_one("h2")
        if head and head.get_text().strip() == heading:
            return " ".join(section.get_text(" ").split())
    raise AssertionError(f"no section called {heading!r}")


def test_first_look_has_the_figures(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    add_messages(State.DELIVERED, 3)
    add_messages(State.EXPIRED, 1)
    response = browser.get(address)
    assert stat(response, "Delivered") == "75\N{NO-BREAK SPACE}%"
    assert "3 of 4 sent" in words(response, ".stats")
    assert "0.10 € each delivered of 10.00 € agreed" in words(response, ".stats")


def test_replies_and_clicks_are_shares_of_the_delivered(
    browser: Client, address: str, ended: Campaign, add_messages: AddMessages
) -> None:
    first, *_others = add_messages(State.DELIVERED, 4)
    InboundMessage.objects.create(
        workspace=ended.workspace,
        channel="sms",
        gateway_id="1",
        sender=first.recipient,
        answers=first,
        campaign=ended,
        received_at=timezone.now(),
    )
    Reaction.objects.create(
        campaign=ended,
        message=first,
        kind="click",
        at=timezone.now(),
        url="https://x.y",
    )
    response = browser.get(address)
    assert stat(response, "Replied") == stat(response, "Clicked") == "1"
    assert "25 % · within 7 days, without STOP" in words(response, ".stats")
    assert "https://x.y 1 1" in table(response, "Links")


def test_reason_says_what_to_do_and_leads_to_its_recipients(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    add_messages(State.REFUSED, 2, error_code=202)
    response = browser.get(address)
    shown = table(response, "Not reached, and why")
    assert "number is not valid. (202)" in shown and "Correct these numbers" in shown
    links = [str(link["href"]) for link in soup(response).select("td.num a")]
    assert any(link.endswith("?state=refused&reason=202") for link in links)


def test_speed_is_said_in_words(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    at = timezone.now()
    for seconds in (3, 3, 90):
        add_messages(
            State.DELIVERED,
            attempted_at=at,
            reported_at=at + timedelta(seconds=seconds),
        )
    shown = table(browser.get(address), "How fast it arrived")
    assert "Half arrived within 3 s, nine in ten within 1 min 30 s." in shown
    # The table under the chart.
    assert "2–5 s 2" in shown and "1 min – 2 min 1" in shown


def test_calls_are_answered_and_take_time(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    Campaign.objects.update(channel="voice")
    add_messages(State.DELIVERED, channel="voice", duration_s=8)
    add_messages(State.UNDELIVERED, channel="voice")
    response = browser.get(address)
    assert stat(response, "Answered") == "50\N{NO-BREAK SPACE}%"
    assert "no more than 8 s; 8 s in all" in table(response, "How long the calls were")


def test_call_that_nobody_took_is_nowhere_called_not_delivered(
    browser: Client, address: str, ended: Campaign, add_messages: AddMessages
) -> None:
    Campaign.objects.update(channel="voice")
    (call,) = add_messages(State.UNDELIVERED, channel="voice")
    one = reverse("messaging:message_detail", args=[ended.pk, call.pk])
    every = reverse("messaging:message_list", args=[ended.pk])
    for page in (address, every, one):
        shown = words(browser.get(page))
        assert "Not answered" in shown and "Not delivered" not in shown
        assert "never reached cost money" not in shown


def test_rcs_counts_who_read_it(
    browser: Client, address: str, ended: Campaign, add_messages: AddMessages
) -> None:
    Campaign.objects.update(channel="rcs")
    first, _second = add_messages(State.DELIVERED, 2, channel="rcs")
    Reaction.objects.create(
        campaign=ended, message=first, kind="read", at=timezone.now()
    )
    assert stat(browser.get(address), "Read") == "1"


class TestFragment:
    def test_polling_ends_when_nothing_more_comes(
        self, browser: Client, fragment: str, add_messages: AddMessages
    ) -> None:
        add_messages(State.DELIVERED)
        response = browser.get(fragment, headers=HTMX)
        assert response.status_code == 286 and b"hx-get" not in response.content

    def test_unchanged_report_is_not_sent_again(
        self, browser: Client, fragment: str, add_messages: AddMessages
    ) -> None:
        add_messages(State.ACCEPTED)
        first = browser.get(fragment, headers=HTMX)
        again = soup(first).select_one("#campaign-report")
        assert again is not None
        assert browser.get(str(again["hx-get"]), headers=HTMX).status_code == 204

    def test_large_campaign_waits_and_asks_again(
        self,
        browser: Client,
        fragment: str,
        add_messages: AddMessages,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(summaries, "MAX_AT_ONCE", 0)
        add_messages(State.DELIVERED)
        response = browser.get(fragment, headers=HTMX)
        assert "The report is being worked out" in words(response, "#campaign-report")
        assert 'hx-trigger="every 2s' in response.content.decode()

    def test_person_can_have_it_worked_out_again(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(State.DELIVERED)
        browser.get(address)
        before = Summary.objects.get().computed_at
        browser.post(f"{address}report/refresh/")
        after = Summary.objects.get().computed_at
        assert before and after and after > before

    def test_running_campaign_has_no_report(
        self, browser: Client, fragment: str
    ) -> None:
        Campaign.objects.update(state="sending", finished_at=None)
        assert browser.get(fragment, headers=HTMX).status_code == 302


def test_asks_a_bounded_number_of_queries(
    browser: Client,
    address: str,
    add_messages: AddMessages,
    django_assert_max_num_queries: Any,
) -> None:
    add_messages(State.DELIVERED, 30)
    add_messages(State.REFUSED, 30, error_code=202)
    with django_assert_max_num_queries(45):
        browser.get(address)
    with django_assert_max_num_queries(30):
        browser.get(address)


def test_why_it_was_not_delivered_is_told_by_word(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    add_messages(State.UNDELIVERED, 2, report_word="REJECTED")
    add_messages(State.UNDELIVERED, 1, report_word="FAILED")
    shown = table(browser.get(address), "Not reached, and why")
    assert "The network turned it away. (REJECTED)" in shown
    assert "It failed on the way to the network. (FAILED)" in shown
