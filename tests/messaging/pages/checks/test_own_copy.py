"""A copy to one's own phone before everybody gets it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from messaging.models import Campaign
from tests.messaging.pages.checks.conftest import page
from tests.messaging.pages.shown import fact, soup, words


@pytest.fixture
def address(draft: Campaign) -> str:
    return reverse("messaging:campaign_test", args=[draft.pk])


def test_number_is_remembered_and_its_cost_shown(
    browser: Client, draft: Campaign, address: str, manager: User
) -> None:
    assert not soup(page(browser, draft)).select("#test [name=token]")
    shown = browser.post(address, {"own_number": "0171 999 8877"}, follow=True)
    manager.refresh_from_db()
    assert manager.own_number == "+491719998877"
    assert "for about 0.075 €" in words(shown, "#test button")


def test_is_sent_once_and_is_no_recipient(
    browser: Client, draft: Campaign, address: str, manager: User
) -> None:
    browser.post(address, {"own_number": "+491719998877"})
    form = soup(page(browser, draft)).select("#test form")[0]
    fields = {str(i["name"]): str(i["value"]) for i in form.select("input[name]")}
    for _ in range(2):
        browser.post(address, fields)
    (test,) = draft.tests.all()
    assert (test.kind, test.name) == ("single", "Test: Autumn offer")
    assert test.messages.get().recipient == "+491719998877"
    assert test.text == "Hi Anna!"
    assert fact(page(browser, draft), "Recipients") == "1 person"


def test_number_that_is_none_is_refused(
    browser: Client, address: str, manager: User
) -> None:
    shown = browser.post(address, {"own_number": "12"}, follow=True)
    assert "This is not a phone number" in words(shown, "body")
    manager.refresh_from_db()
    assert manager.own_number == ""
