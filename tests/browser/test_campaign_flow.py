"""A campaign of each channel from the composer to its report, in a real house.

In the middle the gateway fails: the page says why in plain words, and it goes on.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import take_session
from tests.browser.test_main_job import Keyboard
from tests.journeys import people, steps
from tests.journeys.fixtures import Shop, connect, open_shop
from tests.journeys.house import House
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.journey]

COUNT = 12
# Slow enough for the page to be seen in between.
PACE = "4"
GROUP = "Regulars"
SOON_MS = 40_000


@pytest.fixture(scope="module")
def shop(house: House, signed_in: Visitor) -> Shop:
    """A workspace with a slow pace and a group, for all tests of this module."""
    visitor = Visitor(signed_in.url)
    visitor.session.cookies.update(signed_in.session.cookies)
    opened = open_shop(house, visitor)
    connect(opened)
    page = visitor.open("/account/connection/")
    visitor.submit(page, "Save pace", {"rate_per_s": PACE})
    steps.import_file(opened, people.table(numbers()), group=GROUP)
    return opened


def numbers() -> list[str]:
    return people.numbers(COUNT, block=7)


@pytest.fixture
def page(page: Page, shop: Shop) -> Page:
    """The browser of somebody who writes a new campaign."""
    take_session(page.context, shop.visitor)
    page.goto(f"{shop.house.url}/campaigns/new/")
    return page


def fail_in_the_middle(shop: Shop, **faults: object) -> None:
    """Have the gateway spoil what goes to somebody whose turn comes after a few."""
    shop.control("faults", about=numbers()[COUNT // 2].lstrip("+"), **faults)


def check_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Check before sending")


def send_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^Send to {COUNT} people"))


def pause_banner(page: Page, title: str) -> Locator:
    banner = page.locator("#campaign-pause")
    expect(banner).to_contain_text(title, timeout=SOON_MS)
    return banner


def expect_report(page: Page, word: str, count: int = COUNT) -> None:
    """Wait for the report, which takes the place of the running page by itself."""
    box = page.locator("#campaign-report .stat", has_text=re.compile(f"^\\s*{word}"))
    expect(box).to_contain_text(f"{count} of {count} sent", timeout=SOON_MS)
    expect(page.locator("#campaign-badge")).to_have_text("Finished")


def test_sms_by_mouse_with_no_credit_in_the_middle(page: Page, shop: Shop) -> None:
    page.get_by_label("Name", exact=True).fill("Bread")
    page.locator("#id_groups").get_by_label(GROUP).check()
    page.locator("#id_text").fill("Hello {{ firstname }}, fresh bread.")
    check_button(page).click()
    fail_in_the_middle(shop, next=["code-500"])
    send_button(page).click()
    banner = pause_banner(page, "Paused: the balance is used up")
    expect(banner).to_contain_text("Top up the account at seven.io")
    page.get_by_role("button", name="Go on sending").click()
    expect_report(page, "Delivered")
    assert shop.handsets() == people.digits(numbers())


def test_calls_by_keyboard_with_a_refused_key_in_the_middle(
    page: Page, shop: Shop
) -> None:
    keys = Keyboard(page)
    keys.write(page.get_by_label("Name", exact=True), "Reminder")
    keys.press(page.get_by_role("radio", name="SMS", exact=True), "ArrowRight")
    expect(page.get_by_role("radio", name="Voice", exact=True)).to_be_checked()
    keys.press(page.locator("#id_groups").get_by_label(GROUP), "Space")
    keys.write(page.locator("#id_text"), "Hello {{ firstname }}, we call back.")
    keys.open(check_button(page))
    keys.write(page.get_by_label("Sending stops at"), "5")
    fail_in_the_middle(shop, next=["code-902"])
    keys.open(send_button(page))
    banner = pause_banner(page, "Paused: the gateway refuses the connection")
    expect(banner).to_contain_text("may not do this. Give it the right at")
    keys.open(page.get_by_role("button", name="Go on sending"))
    expect_report(page, "Answered")
    # Each was called once, and one of them was asked for twice.
    assert shop.control("requests")["POST /voice"] == COUNT + 1


def test_rcs_by_mouse_with_a_busy_gateway_in_the_middle(page: Page, shop: Shop) -> None:
    page.get_by_label("Name", exact=True).fill("Offer")
    page.locator(".channel-tab", has_text="RCS").click()
    page.locator("#id_groups").get_by_label(GROUP).check()
    page.locator("#id_text").fill("Hello {{ firstname }}, come in.")
    check_button(page).click()
    page.get_by_label("Sending stops at").fill("5")
    fail_in_the_middle(shop, random={"429": 1}, retry_after_s=3)
    send_button(page).click()
    way = page.locator("#campaign-live .way")
    sentence = "the gateway does not answer. It is tried again in"
    expect(way).to_contain_text(sentence, timeout=SOON_MS)
    page.get_by_role("button", name="Pause").click()
    expect(pause_banner(page, "Paused")).to_contain_text("until somebody goes on")
    shop.control("faults", random={})
    page.get_by_role("button", name="Go on sending").click()
    expect_report(page, "Delivered")
    rows = steps.rows_of(shop, page.url)
    assert rows == {"Delivered": COUNT}


def test_planned_start_is_held_and_begins_when_it_is_agreed_to(
    page: Page, shop: Shop
) -> None:
    few, group = people.numbers(2, block=8), "Early birds"
    steps.import_file(shop, people.table(few), group=group)
    page.reload()
    page.get_by_label("Name", exact=True).fill("Tomorrow")
    page.locator("#id_groups").get_by_label(group).check()
    page.locator("#id_text").fill("Good morning!")
    page.get_by_text("When it is sent").click()
    page.get_by_label("It starts").select_option(label="At a time of the workspace")
    page.locator("#id_start_on").fill(f"{date.today() + timedelta(days=1)}")
    page.locator("#id_start_time").fill("09:00")
    check_button(page).click()
    page.get_by_role("button", name="Schedule for 2 people").click()
    planned = page.get_by_role("heading", name="It starts by itself")
    expect(planned).to_be_visible(timeout=SOON_MS)
    more = people.numbers(4, block=9)
    steps.import_file(shop, people.table(more), group=group)
    page.get_by_role("button", name="Start now").click()
    pause_banner(page, "Held: it would cost more than was agreed")
    assert not set(people.digits([*few, *more])) & set(shop.handsets())
    page.get_by_role("button", name="Agree and go on sending").click()
    expect_report(page, "Delivered", count=6)
    assert people.digits([*few, *more]).items() <= shop.handsets().items()
