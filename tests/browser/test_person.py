"""A contact's page in Chromium: merging, writing, and what has happened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_job import Keyboard
from tests.browser.tour import fits
from tests.journeys import steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]

TWINS = (
    "Vorname,Nachname,Handy,E-Mail,Ort\r\n"
    "Anna,Weber,0151 20001001,anna@example.com,Ulm\r\n"
    "Anne,Weber,0151 20001002,anna@example.com,Bonn\r\n"
)
SLOW_MS = 40_000
LONG_WORD = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragung"


@pytest.fixture
def anna(shop: Shop) -> str:
    """Return the address of a contact who is there twice."""
    steps.import_file(shop, TWINS.encode(), group="Twins")
    return shop.visitor.open("/contacts/?q=20001001").link("Anna Weber")


def open_contact(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#timeline")).to_be_visible()


def test_long_words_fit_a_phone(shop_page: Page, shop: Shop) -> None:
    content = f"Nachname,Handy\r\n{LONG_WORD},0151 20001003\r\n"
    steps.import_file(shop, content.encode(), group=LONG_WORD)
    shop_page.set_viewport_size({"width": 390, "height": 844})
    shop_page.goto(shop.visitor.open("/contacts/").link(LONG_WORD))
    expect(shop_page.locator("#contact-groups")).to_contain_text(LONG_WORD)
    assert fits(shop_page, 390)


def test_suggested_merge_by_mouse_and_back(
    shop_page: Page, shop: Shop, anna: str
) -> None:
    page = shop_page
    page.goto(f"{shop.house.url}/duplicates/")
    page.get_by_role("button", name="Search for duplicates").click()
    done = page.get_by_role("link", name="Show the result")
    expect(done.or_(page.locator(".pair")).first).to_be_visible(timeout=SLOW_MS)
    page.goto(f"{shop.house.url}/duplicates/")
    page.get_by_role("link", name="Compare and merge").click()
    page.get_by_role("radio", name="Anna").check()
    page.get_by_role("radio", name="Bonn").check()
    page.get_by_role("button", name="Merge into one contact").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna Weber")
    expect(page.get_by_role("main")).to_contain_text("Former number")
    expect(page.get_by_role("main")).to_contain_text("Bonn")
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text("These are two contacts again.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Ulm")


def test_merge_by_keyboard_alone(shop_page: Page, anna: str) -> None:
    page, keys = shop_page, Keyboard(shop_page)
    open_contact(page, anna)
    keys.press(page.get_by_role("main").get_by_label("More"))
    keys.open(page.get_by_role("link", name="Merge with another contact"))
    keys.reach(page.get_by_role("searchbox"))
    page.keyboard.insert_text("0151 2000 1002")
    other = page.get_by_role("main").get_by_role("link", name="Anne Weber")
    expect(other).to_be_visible()
    keys.open(other)
    keys.reach(page.locator("input[name=choice-city]:checked"))
    page.keyboard.press("ArrowRight")
    stays = page.locator("input[name=choice-city]:checked").evaluate(
        "field => field.closest('label').innerText.trim()"
    )
    keys.open(page.get_by_role("button", name="Merge into one contact"))
    expect(page.get_by_text("The two contacts are one now.")).to_be_visible()
    expect(page.locator(".facts", has_text="Mobile number")).to_contain_text(stays)


def test_message_is_written_agreed_to_and_watched(
    shop_page: Page, shop: Shop, anna: str
) -> None:
    page = shop_page
    open_contact(page, anna)
    box = page.locator("#quick-send")
    box.get_by_label("Text").fill("Hello {{ firstname }}!")
    expect(box.locator("#quick-size")).to_contain_text("1 part")
    box.get_by_role("button", name="Check before sending").click()
    expect(box).to_contain_text("Hello Anna!")
    # A key that is held down must not reach the button that spends money.
    focused = page.evaluate("document.activeElement.tagName")
    assert focused != "BUTTON"
    box.get_by_role("button", name=re.compile("Send for about .* €")).click()
    sent = page.locator("#timeline .bubble-meta").first
    expect(sent).to_contain_text("Delivered", timeout=SLOW_MS)
    expect(sent).to_contain_text("€")
    assert list(shop.handsets().values()) == [1]


def test_older_entries_come_below(shop_page: Page, shop: Shop, anna: str) -> None:
    page = shop_page
    for n in range(24):
        shop.control("inbound", **{"from": "4915120001001", "text": f"No. {n}."})
    eventually(
        lambda: shop.visitor.open("/inbox/").text,
        lambda text: "24 unread" in text,
        what="the replies do not arrive",
    )
    open_contact(page, anna)
    page.get_by_role("link", name="Show older entries").click()
    expect(page.locator("#timeline .bubble")).to_have_count(24)
    page.get_by_role("link", name="Changes").click()
    expect(page.locator("#timeline .bubble")).to_have_count(0)
