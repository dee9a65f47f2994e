"""Selecting rows and all that match, by mouse, by keyboard, on a phone; undoing."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import people, steps
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]

# One more than a page of the list shows.
MANY = 51


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A workspace without a gateway account: nothing is sent here."""
    return empty_shop


@pytest.fixture
def contact_list(shop: Shop, shop_page: Page) -> Page:
    """The list of a workspace with two pages of contacts, in a group All."""
    numbers = people.numbers(MANY, block=7)
    steps.import_file(shop, people.table(numbers), group="All")
    shop_page.goto(urljoin(shop.house.url, "/contacts/"))
    return shop_page


def tab_to(page: Page, selector: str, *, most: int = 80) -> None:
    """Press the tab key until the element has the focus."""
    for _press in range(most):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_all_are_selected_deleted_and_put_back(contact_list: Page) -> None:
    page = contact_list
    page.check("[data-bulk-all]")
    expect(page.locator("[data-bulk-bar]")).to_contain_text("50 selected")
    expect(page.locator("[data-bulk-offer]")).to_contain_text(f"({MANY} contacts)")
    page.click("[data-bulk-choose]")
    expect(page.locator("[data-bulk-bar]")).to_contain_text("All contacts are selected")
    page.click("[data-bulk-bar] summary")
    page.click("button[name=act][value=delete]")
    page.click(f"button:has-text('Delete {MANY} contacts')")
    expect(page.locator(".toast-note")).to_contain_text(f"{MANY} contacts deleted.")
    expect(page.locator(".banner")).to_contain_text("Done")
    page.click("button:has-text('Undo')")
    done = page.locator(".banner")
    expect(done).to_contain_text(f"{MANY} of {MANY} are as they were before.")


def test_all_are_put_into_a_new_group_by_keyboard_alone(contact_list: Page) -> None:
    page = contact_list
    tab_to(page, "[data-bulk-all]")
    page.keyboard.press("Space")
    tab_to(page, "[data-bulk-choose]", most=200)
    page.keyboard.press("Enter")
    expect(page.locator("[data-bulk-bar]")).to_contain_text("All contacts are selected")
    tab_to(page, "[data-bulk-bar] button[value=add]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=new_group]")
    tab_to(page, "[name=new_group]")
    page.keyboard.type("Everybody")
    page.keyboard.press("Enter")
    done = page.locator(".banner")
    expect(done).to_contain_text(f"{MANY} contacts added to Everybody.")


def test_untick_takes_the_choice_of_all_back(contact_list: Page) -> None:
    page = contact_list
    page.check("[data-bulk-all]")
    page.click("[data-bulk-choose]")
    page.uncheck("tbody tr:first-child [data-bulk-row]")
    expect(page.locator("[data-bulk-bar]")).to_contain_text("49 selected")
    assert page.input_value("[data-bulk-everything]") == ""


def test_phone_selects_all_from_one_row_and_exports(contact_list: Page) -> None:
    page = contact_list
    page.set_viewport_size({"width": 390, "height": 844})
    page.check("tbody tr:first-child [data-bulk-row]")
    page.click("[data-bulk-choose]")
    page.click("[data-bulk-bar] summary")
    page.click("button[name=act][value=export]")
    export = page.get_by_role("button", name=f"Export {MANY} contacts")
    expect(export).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as download:
        export.click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == MANY + 1
