"""Searching as one types: the list follows, focus and address stay."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people, steps
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A workspace without a gateway account: nothing is sent here."""
    return empty_shop


def test_list_follows_the_search_and_the_filters(shop: Shop, shop_page: Page) -> None:
    page, numbers = shop_page, people.numbers(3, block=9)
    steps.import_file(shop, people.table(numbers), group="Few")
    page.goto(urljoin(shop.house.url, "/contacts/"))
    page.focus("[data-search]")
    page.keyboard.type(numbers[1])
    expect(page.locator("[data-bulk-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(page.locator("[data-search]")).to_be_focused()
    page.fill("[data-search]", "")
    expect(page).to_have_url(re.compile(r"/contacts/$"))
    page.select_option("select[name=group]", label="Few")
    expect(page.locator("h1")).to_have_text("Few")
    page.click(".chip a")
    expect(page.locator("h1")).to_have_text("Contacts")
