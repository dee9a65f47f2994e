"""The main job in Chromium: by mouse, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import take_session
from tests.journeys import people
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop

pytestmark = [pytest.mark.browser, pytest.mark.journey]

COUNT = 5
TEXT = "See you on Friday!"
DONE = re.compile("The import is finished")
MOST_TABS = 150


@pytest.fixture
def wanted() -> list[str]:
    return people.numbers(COUNT, block=3)


@pytest.fixture
def file(tmp_path: Path, wanted: list[str]) -> Path:
    return people.write(tmp_path, wanted)


def appears(page: Page, shown: Locator, *, reloads: bool = False) -> None:
    """Wait for something that comes by itself, or after looking again."""
    if not reloads:
        expect(shown.first).to_be_visible(timeout=40_000)
        return

    def look() -> int:
        # The page may be about to go on by itself; then the next look tells.
        with contextlib.suppress(PlaywrightError):
            page.reload()
            return shown.count()
        return 0

    eventually(look, lambda count: count > 0, timeout_s=40, what="nothing appears")


def delivered(page: Page, count: int) -> Locator:
    box = page.locator(".stat", has_text=re.compile("^\\s*Delivered"))
    return box.filter(has_text=f"{count} of {count} sent")


def do_main_job(page: Page, file: Path, *, reloads: bool = False) -> None:
    """Go from the home page to a delivered campaign, as a person with a mouse does."""
    main = page.get_by_role("main")
    pages = page.get_by_role("navigation", name="Pages", exact=True)
    pages.get_by_role("link", name="Contacts").click()
    pages.get_by_role("link", name="Imports").click()
    main.get_by_role("link", name="Import contacts").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()
    page.get_by_label("Add everyone to a new group").fill("Regulars")
    page.get_by_role("button", name="Check before importing").click()
    page.get_by_role("button", name=f"Import {COUNT} contacts").click()
    appears(page, page.get_by_text(DONE), reloads=reloads)
    page.get_by_role("link", name="Write to them").click()
    page.get_by_label("Name", exact=True).fill("Friday")
    page.get_by_label("Text", exact=True).fill(f"Hello {{{{ firstname }}}}. {TEXT}")
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_role("button", name=f"Send to {COUNT} people").click()
    appears(page, delivered(page, COUNT), reloads=reloads)


def test_by_mouse(page: Page, shop: Shop, file: Path, wanted: list[str]) -> None:
    page.goto(shop.house.url)
    page.get_by_label("Email").fill(shop.house.email)
    page.get_by_label("Password").fill(shop.house.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("summary.bar-workspace").click()
    page.get_by_role("button", name=shop.name).click()
    do_main_job(page, file)
    expect(page).to_have_title(re.compile("Campaign finished"))
    page.get_by_role("link", name="Home").first.click()
    expect(page.locator("#messages[data-drawn]")).to_be_visible()
    assert shop.handsets() == people.digits(wanted)


@pytest.fixture
def plain_page(browser: Browser, shop: Shop) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(15_000)
    take_session(context, shop.visitor)
    yield context.new_page()
    context.close()


def test_without_javascript(
    plain_page: Page, shop: Shop, file: Path, wanted: list[str]
) -> None:
    plain_page.goto(shop.house.url)
    do_main_job(plain_page, file, reloads=True)
    plain_page.get_by_role("link", name="Home").first.click()
    numbers = plain_page.locator("#messages details")
    numbers.locator("summary").click()
    expect(numbers.get_by_role("cell", name=str(COUNT), exact=True)).to_be_visible()
    assert shop.handsets() == people.digits(wanted)


class Keyboard:
    """A person who has no pointing device."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, wanted: Locator) -> None:
        """Press Tab until the wanted thing has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            found = wanted.first
            if found.count() and found.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.reach(wanted)
        self.page.keyboard.press(key)

    def open(self, wanted: Locator) -> None:
        """Follow a link or press a button that leads to another page."""
        self.reach(wanted)
        # Not a navigation: a draft that saves itself changes the address, too.
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")

    def write(self, wanted: Locator, text: str) -> None:
        self.reach(wanted)
        self.page.keyboard.type(text)


def test_by_keyboard_alone(
    shop_page: Page, shop: Shop, file: Path, wanted: list[str]
) -> None:
    page, keys = shop_page, Keyboard(shop_page)
    page.goto(f"{shop.house.url}/imports/")
    keys.open(page.get_by_role("main").get_by_role("link", name="Import contacts"))
    with page.expect_file_chooser() as chooser:
        keys.press(page.locator("input[type=file]"), "Enter")
    chooser.value.set_files(file)
    keys.open(page.get_by_role("button", name="Upload the file"))
    keys.write(page.get_by_label("Add everyone to a new group"), "Regulars")
    keys.open(page.get_by_role("button", name="Check before importing"))
    keys.open(page.get_by_role("button", name=f"Import {COUNT} contacts"))
    appears(page, page.get_by_text(DONE))
    keys.open(page.get_by_role("link", name="Write to them"))
    keys.write(page.get_by_label("Name", exact=True), "Friday")
    keys.write(page.get_by_label("Text", exact=True), TEXT)
    keys.open(page.get_by_role("button", name="Check before sending"))
    keys.open(page.get_by_role("button", name=f"Send to {COUNT} people"))
    appears(page, delivered(page, COUNT))
    assert shop.handsets() == people.digits(wanted)
