"""Connecting by sign-in in Chromium: there, back, and back with a no."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]


def leave(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.house.url}/account/connection/connect/")
    page.get_by_label("Make subaccounts and move credit").uncheck()
    page.get_by_role("button", name="Go on to seven.io").click()
    expect(page).to_have_url(re.compile("/oauth/authorize"))


def test_person_signs_in_and_comes_back_connected(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    leave(page, shop)
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("was not given the permission")).to_be_visible()
    leave(page, shop)
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("The gateway account is connected.")).to_be_visible()
    facts = page.locator("#connection-facts")
    expect(facts.get_by_text("Signed in as")).to_be_visible()
    expect(facts.get_by_text("not: Make subaccounts")).to_be_visible()
