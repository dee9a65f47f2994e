from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]


def test_long_menu_scrolls_on_a_low_screen(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.set_viewport_size({"width": 1280, "height": 110})
    page.goto(f"{shop.house.url}/groups/")
    page.locator("summary.bar-workspace").click()
    page.get_by_role("button", name=shop.name).click()
    expect(page.locator("summary.bar-workspace")).to_contain_text(shop.name)
