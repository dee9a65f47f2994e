"""Composing a call or an RCS message: fields, errors, preview, check."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Connection, User
from contacts.models import Contact, Group
from messaging import options
from messaging.models import Campaign
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import soup, words

CREATE = "/campaigns/new/"
PREVIEW = "/campaigns/preview/"


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def call(group: Group, contact: Contact) -> dict[str, Any]:
    return {
        "name": "Autumn",
        "channel": "voice",
        "groups": [str(group.pk)],
        "text": '<speak>Hi {{ firstname }}<break time="2s"/>bye</speak>',
        "caller": "+49 30 1234567",
        "ringtime_s": "20",
        # What was typed for another channel does not matter any more.
        "sender": "far too long a name",
        "act": "check",
    }


@pytest.fixture
def card(call: dict[str, Any]) -> dict[str, Any]:
    return {
        **call,
        "channel": "rcs",
        "text": "Come in, {{ firstname }}!",
        "agent": "bakery",
        "rcs_kind": "card",
        "card_title": "For {{ firstname }}",
        "button1_kind": "open",
        "button1_text": "Look",
        "button1_target": "https://bakery.example/",
        "fallback": "sms",
        "fallback_text": "Come in!",
    }


def test_ways_are_plain_radio_buttons(browser: Client) -> None:
    page = soup(browser.get(CREATE))
    radios = page.select("input[type=radio][name=channel]")
    assert [radio["value"] for radio in radios] == ["sms", "voice", "rcs"]
    assert page.select_one("[name=channel][value=sms][checked]")


def test_call_is_kept_with_its_own_options(
    browser: Client, call: dict[str, Any]
) -> None:
    browser.post(CREATE, call)
    campaign = Campaign.objects.get()
    assert (campaign.channel, campaign.sender) == ("voice", "+49301234567")
    assert campaign.options == {"ringtime_s": 20}


def test_broken_markup_is_named_by_its_line(
    browser: Client, call: dict[str, Any]
) -> None:
    response = browser.post(CREATE, {**call, "text": "<speak>\n<brake/>\n</speak>"})
    assert response.status_code == 422
    assert "Line 2: There is no element <brake>" in words(response, "#id_text_error")


def test_call_is_previewed_as_it_is_heard(
    browser: Client, call: dict[str, Any]
) -> None:
    page = soup(browser.post(PREVIEW, call))
    heard = page.select_one(".heard")
    assert heard is not None
    assert heard.get_text(" ", strip=True) == "Hi Anna 2.0 s pause bye"
    assert page.select_one("button[data-listen][hidden]")


def test_unknown_price_of_a_call_is_said(browser: Client, call: dict[str, Any]) -> None:
    browser.post(CREATE, call)
    campaign = Campaign.objects.get()
    page = browser.get(reverse("messaging:campaign_check", args=[campaign.pk]))
    assert "not known" in words(page)
    assert "Send to 1 person at an unknown price" in words(page)
    assert "Parts" not in words(page)
    assert "Germany 1 1 – – –" in words(page, "table")
    assert "known for a country once a call to it was billed" in words(page)


def test_card_is_kept_and_shown_again(browser: Client, card: dict[str, Any]) -> None:
    browser.post(CREATE, card)
    campaign = Campaign.objects.get()
    own = options.read("rcs", campaign.options)
    assert isinstance(own, options.RcsOptions) and own.card and own.fallback
    assert own.card.buttons[0].target == "https://bakery.example/"
    edit = soup(browser.get(reverse("messaging:campaign_edit", args=[campaign.pk])))
    assert edit.select_one("[name=card_title]")["value"] == "For {{ firstname }}"  # type: ignore[index]
    assert edit.select_one("[name=agent]")["value"] == "bakery"  # type: ignore[index]


def test_card_is_previewed_with_values(browser: Client, card: dict[str, Any]) -> None:
    page = soup(browser.post(PREVIEW, card))
    assert page.select_one(".rcs-card strong").get_text() == "For Anna"  # type: ignore[union-attr]
    assert page.select_one(".rcs-buttons").get_text(strip=True) == "Look"  # type: ignore[union-attr]


def test_button_without_an_address_is_named(
    browser: Client, card: dict[str, Any]
) -> None:
    response = browser.post(CREATE, {**card, "button1_target": "javascript:alert(1)"})
    assert "whole web address" in words(response, "#id_button1_target_error")
    assert not Campaign.objects.exists()


def test_unfinished_card_can_be_saved(browser: Client, card: dict[str, Any]) -> None:
    browser.post(CREATE, {**card, "button1_target": "", "act": "draft"})
    assert Campaign.objects.get().options["card"]["buttons"][0]["text"] == "Look"


def test_copy_takes_the_options_along(browser: Client, card: dict[str, Any]) -> None:
    browser.post(CREATE, card)
    campaign = Campaign.objects.get()
    browser.post(reverse("messaging:campaign_duplicate", args=[campaign.pk]))
    copy = Campaign.objects.exclude(pk=campaign.pk).get()
    assert (copy.channel, copy.options) == ("rcs", campaign.options)
