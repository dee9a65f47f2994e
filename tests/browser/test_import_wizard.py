"""The import wizard, the quick form and own fields in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_job import Keyboard
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]


HEAD = "Vorname;Handy;Termin;Kundennummer\n"
ROWS = "Anna;0151 20000101;17.05.2026;0047\nBo;0151 20000102;18.05.2026;0048\nC;12;;\n"


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A workspace without a gateway account: nothing is sent here."""
    return empty_shop


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kunden.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    return path


def start(page: Page, shop: Shop, file: Path) -> None:
    page.goto(f"{shop.house.url}/imports/new/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()


def test_wizard_by_mouse(shop_page: Page, shop: Shop, file: Path) -> None:
    page = shop_page
    start(page, shop, file)
    name = page.get_by_label("Kundennummer: name of the new field")
    expect(name).to_be_visible()
    page.get_by_label("Kundennummer", exact=True).select_option("Do not import")
    expect(name).to_be_hidden()
    expect(page.get_by_label("Termin: kind of the new field")).to_have_value("date")
    page.get_by_role("button", name="Check before importing").click()
    expect(page.get_by_text("1 row will be left out")).to_be_visible()
    expect(page.get_by_role("cell", name="May 17, 2026")).to_be_visible()
    page.get_by_role("button", name="Import 2 contacts").click()
    expect(page.get_by_text("The import is finished", exact=True)).to_be_visible(
        timeout=40_000
    )
    page.get_by_role("link", name="Undo the import").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 contacts that it added are deleted")
    dialog.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("2 contacts were deleted.")).to_be_visible(timeout=40_000)
    start(page, shop, file)
    expect(page.get_by_text("As last time")).to_be_visible()
    page.get_by_role("button", name="Guess anew").click()
    expect(page.get_by_text("As last time")).to_be_hidden()


def test_wizard_by_keyboard_from_the_clipboard(shop_page: Page, shop: Shop) -> None:
    page, keys = shop_page, Keyboard(shop_page)
    page.goto(f"{shop.house.url}/imports/new/")
    keys.open(page.get_by_role("main").get_by_role("link", name="Paste"))
    keys.reach(page.get_by_label("Paste your contacts here"))
    page.keyboard.insert_text("Dora: 0151 20000103\nEmil: 0151 20000104")
    keys.open(page.get_by_role("button", name="Use this text"))
    keys.press(page.get_by_label("Update with the values"), "ArrowDown")
    expect(page.get_by_label("Fill in only what is empty")).to_be_checked()
    keys.open(page.get_by_role("button", name="Check before importing"))
    keys.open(page.get_by_role("button", name="Import 2 contacts"))
    expect(page.get_by_text("The import is finished", exact=True)).to_be_visible(
        timeout=40_000
    )


def test_wrong_separator_is_corrected(shop_page: Page, shop: Shop, file: Path) -> None:
    page = shop_page
    start(page, shop, file)
    page.get_by_text("cells parted by semicolons").click()
    page.get_by_label("Cells are parted by").select_option("commas")
    page.get_by_role("button", name="Read the file again").click()
    expect(page.get_by_text("cells parted by commas")).to_be_visible()
    expect(page.get_by_label(HEAD.strip(), exact=True)).to_be_visible()


def test_dropped_file_is_named_before_it_is_sent(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.goto(f"{shop.house.url}/imports/new/")
    data = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['Handy\\n0151 20000105'], 'dropped.csv'));
        return data; }"""
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": data})
    expect(page.locator("[data-drop-name]")).to_contain_text("dropped.csv")


def test_quick_form_by_keyboard(shop_page: Page, shop: Shop) -> None:
    page, keys = shop_page, Keyboard(shop_page)
    page.goto(f"{shop.house.url}/contacts/")
    keys.press(page.get_by_role("main").get_by_role("link", name="New contact"))
    number = page.locator("dialog").get_by_label("Mobile number")
    expect(number).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not a valid phone number")).to_be_visible()
    number.fill("0151 20000106")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("added.")).to_be_visible()


def test_choices_are_asked_for_a_list_only(shop_page: Page, shop: Shop) -> None:
    page = shop_page
    page.goto(f"{shop.house.url}/fields/new/")
    expect(page.get_by_label("Choices")).to_be_hidden()
    page.get_by_label("Name").fill("Colour")
    page.get_by_label("Kind").select_option("One of a list")
    page.get_by_label("Choices").fill("red\nblue")
    page.get_by_role("button", name="Add field").click()
    expect(page.get_by_text("red, blue")).to_be_visible()
