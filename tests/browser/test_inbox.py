"""The inbox in Chromium: news without a reload, the whole work by keyboard."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]

ANNA, BEN, CARL = "+4915120003001", "+4915120003002", "+4915120003003"
# What a new message may take, the gateway's webhook and a slow machine included.
SOON_MS = 3_000
SLOW_MS = 20_000


@pytest.fixture
def inbox(shop_page: Page, shop: Shop) -> Page:
    shop_page.goto(f"{shop.house.url}/inbox/")
    return shop_page


def write_in(shop: Shop, number: str, text: str) -> None:
    shop.control("inbound", **{"from": number, "text": text})


def shows_up_ms(page: Page, shop: Shop, text: str) -> float:
    """Return how long a message takes into the conversation that is open."""
    began = time.monotonic()
    write_in(shop, ANNA, text)
    expect(page.locator("#thread")).to_contain_text(text, timeout=SLOW_MS)
    return (time.monotonic() - began) * 1000


def test_message_appears_and_is_answered_by_keyboard_alone(
    inbox: Page, shop: Shop
) -> None:
    page = inbox
    write_in(shop, ANNA, "Open today?")
    row = page.locator("#inbox-list .row-link")
    expect(row).to_contain_text("Open today?", timeout=SLOW_MS)
    page.keyboard.press("j")
    expect(page.locator("#thread")).to_contain_text("Open today?")
    # A machine that does other things may be late once.
    texts = ("Or tomorrow?", "Or on Friday?", "Or at all?")
    assert any(shows_up_ms(page, shop, text) < SOON_MS for text in texts)
    page.keyboard.press("r")
    # Letters that are keys elsewhere are letters here.
    page.keyboard.type("Yes, we are ezua")
    expect(page.get_by_role("button", name="Send for about")).to_be_visible()
    page.keyboard.press("Control+Enter")
    sent = page.locator("#thread .is-ours")
    expect(sent).to_contain_text("Yes, we are ezua")
    expect(sent).to_contain_text("Delivered", timeout=SLOW_MS)
    expect(page.locator("#reply-text")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_text("Nobody waits for an answer")).to_be_visible()


def test_words_so_far_wait_while_another_is_read(inbox: Page, shop: Shop) -> None:
    page = inbox
    for number in (ANNA, BEN):
        write_in(shop, number, f"I am {number[-1]}")
    rows = page.locator("#inbox-list .row-link")
    expect(rows).to_have_count(2, timeout=SLOW_MS)
    page.get_by_role("link", name="I am 1").click()
    page.locator("#reply-text").fill("A thought")
    page.get_by_role("link", name="I am 2").click()
    expect(page.locator("#thread")).to_contain_text("I am 2")
    expect(page.locator("#reply-text")).to_have_value("")
    page.get_by_role("link", name="I am 1").click()
    expect(page.locator("#reply-text")).to_have_value("A thought")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("A thought")


def test_selected_rows_stay_so_while_news_comes(inbox: Page, shop: Shop) -> None:
    page = inbox
    rows = page.locator("#inbox-list .row-link")
    boxes = page.locator("#inbox-list [data-bulk-row]")
    for number in (ANNA, BEN):
        write_in(shop, number, f"I am {number[-1]}")
    expect(rows).to_have_count(2, timeout=SLOW_MS)
    expect(page.locator(".bulk")).to_be_hidden()
    boxes.last.check()
    write_in(shop, CARL, "Me too")
    expect(rows).to_have_count(3, timeout=SLOW_MS)
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    expect(boxes.last).to_be_checked()
    page.locator(".bulk").get_by_role("button", name="Close").click()
    expect(page.get_by_text("1 conversation is closed.")).to_be_visible()
    expect(rows).to_have_count(2)


def test_one_pane_on_a_phone(inbox: Page, shop: Shop) -> None:
    page = inbox
    page.set_viewport_size({"width": 390, "height": 844})
    write_in(shop, ANNA, "Open today?")
    row = page.locator("#inbox-list .row-link")
    expect(row).to_be_visible(timeout=SLOW_MS)
    row.click()
    expect(page.locator("#reply-text")).to_be_visible()
    expect(row).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#inbox-list")).to_contain_text("Open today?")
