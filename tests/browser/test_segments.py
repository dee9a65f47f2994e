"""The segment builder in Chromium, by mouse and by keyboard alone, into a campaign."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_selection import tab_to
from tests.journeys import people, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]

COUNT = 5


@pytest.fixture
def numbers(shop: Shop) -> list[str]:
    wanted = people.numbers(COUNT, block=9)
    steps.import_file(shop, people.table(wanted), group="Regulars")
    return wanted


@pytest.fixture
def builder(shop: Shop, shop_page: Page, numbers: list[str]) -> Page:
    shop_page.goto(urljoin(shop.house.url, "/segments/new/"))
    return shop_page


def says(page: Page, text: str) -> None:
    expect(page.locator("#segment-result")).to_contain_text(text)


def test_segment_is_built_by_mouse_and_written_to(
    builder: Page, shop: Shop, numbers: list[str]
) -> None:
    page = builder
    page.select_option("#c-0-field", "group")
    page.get_by_label("Regulars").check()
    says(page, f"{COUNT} contacts")
    page.click("#segment-add")
    expect(page.locator("#c-1-field")).to_be_focused()
    page.select_option("#c-1-field", "firstname")
    page.select_option("#c-1-op", "is_not")
    page.fill("#c-1-value-0", "p0")
    says(page, f"{COUNT - 1} contacts")
    says(page, "In group Regulars and First name is not “p0”.")
    page.click("#segment-bracket")
    expect(page.locator("#c-2\\.0-field")).to_be_focused()
    page.select_option("#c-2\\.0-field", "last_sent")
    page.select_option("#c-2\\.0-op", "never")
    says(page, "and never a message.")
    page.fill("#id_name", "Never written to")
    page.click("button:has-text('Save segment')")
    expect(page.locator("h1")).to_contain_text("Never written to")
    expect(page.locator("a.row-link")).to_have_count(COUNT - 1)
    page.goto(urljoin(shop.house.url, "/segments/"))
    expect(page.locator(".segment-counted")).to_contain_text(str(COUNT - 1))
    page.goto(urljoin(shop.house.url, "/campaigns/new/"))
    page.fill("#id_name", "First")
    page.get_by_role("group", name="Goes to segments").get_by_label(
        "Never written to"
    ).check()
    page.fill("#id_text", "Hello")
    expect(page.locator("#facts")).to_contain_text(str(COUNT - 1))
    page.click("button:has-text('Check before sending')")
    expect(page.locator("dl.facts").first).to_contain_text("never a message")
    page.click(f"button:has-text('Send to {COUNT - 1} people')")
    eventually(
        shop.handsets,
        lambda counts: counts == people.digits(numbers[1:]),
        what="the messages do not arrive",
    )
    page.goto(urljoin(shop.house.url, "/campaigns/new/"))
    page.fill("#id_name", "The rest")
    page.locator("#id_groups label", has_text="Regulars").locator("input").check()
    page.click("summary:has-text('Leave people out')")
    page.get_by_role("group", name="Leave out whom").get_by_label("First").check()
    page.fill("#id_text", "Hello again")
    page.click("button:has-text('Check before sending')")
    expect(page.locator("dl.facts").first).to_contain_text("Everyone reached by First")
    page.click("button:has-text('Send to 1 person')")
    eventually(
        shop.handsets,
        lambda counts: counts == people.digits(numbers),
        what="the last message does not arrive",
    )


def test_segment_is_built_by_keyboard_alone(builder: Page) -> None:
    page = builder
    tab_to(page, "#c-0-field")
    page.keyboard.type("First name")
    expect(page.locator("#c-0-op")).to_be_visible()
    expect(page.locator("#c-0-field")).to_be_focused()
    tab_to(page, "#c-0-value-0")
    page.keyboard.type("P1")
    says(page, "1 contact")
    tab_to(page, "#segment-add")
    page.keyboard.press("Enter")
    expect(page.locator("#c-1-field")).to_be_focused()
    page.keyboard.type("City")
    expect(page.locator("#c-1-op")).to_be_visible()
    tab_to(page, "#c-1-op")
    page.keyboard.type("is empty")
    says(page, "City is empty.")
    tab_to(page, "#c-1-drop")
    page.keyboard.press("Enter")
    expect(page.locator("#c-0-drop")).to_be_focused()
    assert page.input_value("#c-0-value-0") == "P1"
    tab_to(page, "#id_name")
    page.keyboard.type("Only P1")
    tab_to(page, "button[value=save]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Only P1")
    expect(page.locator("a.row-link")).to_have_count(1)


def test_builder_fits_a_phone(builder: Page) -> None:
    page = builder
    page.set_viewport_size({"width": 390, "height": 844})
    page.select_option("#c-0-field", "country")
    page.select_option("#c-0-value-0", ["DE", "AT"])
    page.click("#segment-bracket")
    expect(page.locator("#c-1\\.0-field")).to_be_focused()
    page.select_option("#c-1\\.0-field", "count")
    says(page, "Who this is")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
