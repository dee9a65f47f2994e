from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A workspace without a gateway account: nothing is sent here."""
    return empty_shop


def test_long_menu_scrolls_on_a_low_screen(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.set_viewport_size({"width": 1280, "height": 110})
    page.goto(f"{shop.house.url}/groups/")
    page.locator("summary.bar-workspace").click()
    page.get_by_role("button", name=shop.name).click()
    expect(page.locator("summary.bar-workspace")).to_contain_text(shop.name)


def test_menu_closes_when_the_keyboard_goes_on(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.goto(f"{shop.house.url}/groups/")
    menu = page.locator("details:has(> summary[aria-label='Theme and language'])")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu).to_have_attribute("open", "")
    page.get_by_role("link", name="New group").first.focus()
    expect(menu).not_to_have_attribute("open", "")


def test_drawer_is_opened_and_left_by_keyboard(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{shop.house.url}/groups/")
    page.locator("[data-drawer]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#side a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-drawer]")).to_be_focused()


def test_palette_closes_at_once(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.goto(f"{shop.house.url}/groups/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("inb")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_paper_is_light_in_the_dark_theme(shop_page: Page, shop: Shop) -> None:
    page, ink = shop_page, "getComputedStyle(document.body).color"
    page.goto(f"{shop.house.url}/groups/")
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark", media="print")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate(ink) == light
