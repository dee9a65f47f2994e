"""An RCS message of several cards: composed, checked, seen and sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User
from contacts.models import Contact, Group
from messaging import option_checks, options, rcs_contents
from messaging.models import Campaign
from messaging.options import Button, Card, RcsOptions
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.pages.shown import soup, words

CREATE = "/campaigns/new/"
FIRST, SECOND = Card(title="One"), Card(title="Two", text="Second")


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def row(group: Group, contact: Contact) -> dict[str, Any]:
    return {
        "name": "Autumn",
        "channel": "rcs",
        "groups": [str(group.pk)],
        "text": "Come in, {{ firstname }}!",
        "agent": "bakery",
        "rcs_kind": "carousel",
        "card_count": "2",
        "card_title": "Bread",
        "card2_title": "For {{ firstname }}",
        "card2_text": "Cake",
        "card2_button1_kind": "reply",
        "card2_button1_text": "Yes",
        "act": "check",
    }


def kept() -> RcsOptions:
    own = options.read("rcs", Campaign.objects.get().options)
    assert isinstance(own, RcsOptions)
    return own


def edit_page(browser: Client) -> Any:
    campaign = Campaign.objects.get()
    return soup(browser.get(reverse("messaging:campaign_edit", args=[campaign.pk])))


def test_row_of_cards_is_kept_and_shown_again(
    browser: Client, row: dict[str, Any]
) -> None:
    browser.post(CREATE, row)
    assert [card.title for card in kept().cards] == ["Bread", "For {{ firstname }}"]
    page = edit_page(browser)
    assert page.select_one("[name=rcs_kind][value=carousel][checked]")
    assert page.select_one("[name=card2_text]").get_text(strip=True) == "Cake"


def test_every_card_is_previewed_with_values(
    browser: Client, row: dict[str, Any]
) -> None:
    page = soup(browser.post("/campaigns/preview/", row))
    titles = [card.get_text() for card in page.select(".rcs-card strong")]
    assert titles == ["Bread", "For Anna"]
    assert page.select_one(".rcs-row")["tabindex"] == "0"  # type: ignore[index]


def test_check_names_the_number_of_cards(browser: Client, row: dict[str, Any]) -> None:
    browser.post(CREATE, row)
    address = reverse("messaging:campaign_check", args=[Campaign.objects.get().pk])
    assert "RCS , as 2 cards" in words(browser.get(address)).replace("RCS,", "RCS ,")


def test_page_of_the_campaign_shows_the_cards_that_were_sent(
    browser: Client, row: dict[str, Any]
) -> None:
    browser.post(CREATE, row)
    Campaign.objects.update(state="finished", launched_at=timezone.now())
    address = reverse("messaging:campaign_detail", args=[Campaign.objects.get().pk])
    shown = words(browser.get(address), ".rcs-row")
    assert "Bread" in shown and "Cake" in shown and "Yes" in shown


def test_card_is_added_and_taken_away_without_scripts(
    browser: Client, row: dict[str, Any]
) -> None:
    added = browser.post(CREATE, {**row, "act": "add_card"})
    assert added["Location"].endswith("#cards")
    assert edit_page(browser).select_one("[name=card3_title]")
    draft = Campaign.objects.get()
    third = {"card_count": "3", "card3_title": "Third", "draft": str(draft.pk)}
    browser.post(f"/campaigns/{draft.pk}/edit/", {**row, **third, "take_card": "2"})
    assert [card.title for card in kept().cards] == ["Bread", "Third"]


def test_empty_card_is_named(browser: Client, row: dict[str, Any]) -> None:
    empty = {"card2_title": "", "card2_text": "", "card2_button1_kind": ""}
    response = browser.post(CREATE, {**row, **empty})
    assert "Card 2 is empty" in words(response, "#id_card2_title_error")


def test_wrong_button_of_a_further_card_is_named(
    browser: Client, row: dict[str, Any]
) -> None:
    dial = {"card2_button1_kind": "dial", "card2_button1_target": "12"}
    response = browser.post(CREATE, {**row, **dial})
    assert "international form" in words(response, "#id_card2_button1_target_error")


def test_unknown_variable_of_a_further_card_is_named(
    browser: Client, row: dict[str, Any]
) -> None:
    browser.post(CREATE, {**row, "card2_text": "{{ nothing }}"})
    address = reverse("messaging:campaign_check", args=[Campaign.objects.get().pk])
    assert "nothing" in words(browser.get(address), ".field-error, .banner")


def test_more_than_ten_cards_are_refused() -> None:
    own = RcsOptions(card=FIRST, more=(SECOND,) * 10)
    with pytest.raises(Refused):
        option_checks.check(own, text="Hi")


def test_row_is_written_as_a_carousel() -> None:
    more = Card(title="Two", text="2nd", buttons=(Button(kind="reply", text="Yes"),))
    content = rcs_contents.of("Hi", [FIRST, more])
    assert isinstance(content, dict)
    first, second = content["richCard"]["carouselCard"]["cardContents"]
    assert first == {"title": "One", "description": "Hi"}
    assert second["description"] == "2nd"
    assert second["suggestions"][0]["reply"]["text"] == "Yes"


def test_gateway_takes_a_row_of_cards(sandbox: SandboxAccount) -> None:
    sandbox.client().rcs.send(
        to="4917100000001", content=rcs_contents.of("Hi", [FIRST, SECOND])
    )
    (sent,) = sandbox.ask("messages")["messages"]
    assert "carouselCard" in json.loads(sent["text"])["richCard"]
