"""A person decides about all messages in doubt at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Connection, User
from messaging.models import Campaign, Message
from messaging.selectors import tallies
from messaging.states import CampaignState, MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, words

DOUBTFUL = 23


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def address(campaign: Campaign) -> str:
    return reverse("messaging:campaign_settle", args=[campaign.pk])


@pytest.fixture(autouse=True)
def doubtful(connected: Connection, add_messages: AddMessages) -> None:
    """Leave messages to a person, and two about which the gateway is still asked."""
    now = timezone.now()
    values = {"attempted_at": now, "parts": 2}
    add_messages(MessageState.UNCLEAR, DOUBTFUL, lease_until=None, **values)
    add_messages(MessageState.UNCLEAR, 2, lease_until=now, **values)


def states() -> dict[str, int]:
    return dict(Counter(Message.objects.values_list("state", flat=True)))


def answer(browser: Client, address: str, decision: str, *, seen: int) -> Any:
    return browser.post(address, {"decision": decision, "seen": seen}, follow=True)


def test_page_says_what_either_choice_risks(browser: Client, address: str) -> None:
    shown = words(browser.get(address), "main")
    assert "Were these 23 messages sent?" in shown
    assert "Who did not get it will never get it." in shown
    # 23 messages of two parts at 0.075 EUR.
    assert "Who got it already gets it twice. It costs up to 3.45 €." in shown


def test_cost_of_calls_that_were_never_billed_is_not_known(
    browser: Client, address: str
) -> None:
    Campaign.objects.update(channel="voice")
    assert "What it costs is not known." in words(browser.get(address), "main")


def test_page_shows_some_and_how_many_more(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert len(soup(response).select("main tbody tr")) == 20
    assert "3 more" in words(response, "main")


@pytest.mark.parametrize(
    ("decision", "state"), [("sent", "accepted"), ("send_again", "queued")]
)
def test_all_are_settled_at_once(
    browser: Client, address: str, campaign: Campaign, decision: str, state: str
) -> None:
    response = answer(browser, address, decision, seen=DOUBTFUL)
    assert "23 messages settled." in words(response, "body")
    assert states() == {state: DOUBTFUL, "unclear": 2}
    assert tallies.of_campaign(campaign.pk).states == states()
    entry = AuditEntry.objects.get(action="message.settle_all")
    assert entry.before == {"state": "unclear"}
    told = {"state": state, "decision": decision, "messages": DOUBTFUL}
    assert entry.after == told


def test_silent_journal_keeps_nobody_from_deciding(
    browser: Client, address: str
) -> None:
    """Two were tried a quarter of an hour ago, and nobody has told of them since."""
    Message.objects.filter(lease_until__isnull=False).update(
        attempted_at=timezone.now() - timedelta(minutes=16)
    )
    assert "it is asked on, and what it shows counts" in words(browser.get(address))
    answer(browser, address, "sent", seen=DOUBTFUL + 2)
    assert states() == {"accepted": DOUBTFUL + 2}


def test_decision_about_another_number_settles_nothing(
    browser: Client, address: str
) -> None:
    response = answer(browser, address, "sent", seen=DOUBTFUL - 1)
    assert "another number of messages" in words(response, "body")
    assert states() == {"unclear": DOUBTFUL + 2}


def test_unknown_decision_settles_nothing(browser: Client, address: str) -> None:
    answer(browser, address, "forget", seen=DOUBTFUL)
    assert states() == {"unclear": DOUBTFUL + 2}


def test_cancelled_campaign_sends_nothing_again(
    browser: Client, address: str, campaign: Campaign
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.CANCELLED)
    assert "this campaign is cancelled" in words(browser.get(address), "main")
    answer(browser, address, "send_again", seen=DOUBTFUL)
    assert states() == {"unclear": DOUBTFUL + 2}


def test_page_without_doubt_says_so(browser: Client, address: str) -> None:
    answer(browser, address, "sent", seen=DOUBTFUL)
    assert "Nothing waits for a decision." in words(browser.get(address), "main")


def test_live_page_leads_to_the_decision(
    browser: Client, address: str, campaign: Campaign
) -> None:
    page = browser.get(reverse("messaging:campaign_detail", args=[campaign.pk]))
    assert soup(page).select_one(f'a[href="{address}"]')
