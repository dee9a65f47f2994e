from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]


def test_connecting_shows_a_test_event_arrive(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.goto(f"{shop.house.url}/account/hooks/")
    page.get_by_role("button", name="Connect again").click()
    expect(page.locator("#hook-check")).to_contain_text("came back in after")
    # What refreshes in place has not emptied what stands around it.
    expect(page.get_by_role("heading", name="This dashboard")).to_be_visible()
    page.get_by_role("link", name="Event log").click()
    expect(page.get_by_role("cell", name="Test event").first).to_be_visible()


def test_reply_is_in_the_log_and_can_be_applied_again(
    shop_page: Page, shop: Shop
) -> None:
    shop.control("inbound", **{"from": "+4915112340000", "text": "Danke!"})
    eventually(
        lambda: shop.visitor.open("/events/?kind=sms_mo").text,
        lambda text: "Incoming SMS" in text,
        what="the reply is not in the log",
    )
    page = shop_page
    page.goto(f"{shop.house.url}/events/?kind=sms_mo")
    page.get_by_role("link", name="Incoming SMS").click()
    expect(page.locator("pre")).to_contain_text("Danke!")
    page.get_by_role("button", name="Apply again").click()
    expect(page.locator("main")).to_contain_text("Applied again")
