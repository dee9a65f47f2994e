"""The frame and the components in a real browser, on the style page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from seven_dashboard import styleguide

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.look.urls"),
]
DRAWN = "!!Chart.getChart(document.querySelector('#c1 canvas'))"
WIDER_THAN_WINDOW = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def shown(
    page: Page, live_server: LiveServer, owner: User, settings: LazySettings
) -> Page:
    """The signed-in owner's browser; addresses are paths."""
    settings.DEBUG = True
    client = Client()
    client.force_login(owner)
    name = configured.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/styleguide/")
    return page


def _open(page: Page, path: str) -> None:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)


def test_palette_finds_and_opens_a_page(shown: Page) -> None:
    shown.keyboard.press("Control+k")
    shown.get_by_role("combobox").fill("grou")
    expect(shown.locator("#palette [role=option]:not([hidden])")).to_have_count(1)
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/groups/")


def test_palette_takes_a_number_to_write_to(shown: Page) -> None:
    shown.keyboard.press("Control+k")
    shown.get_by_role("combobox").fill("0171 1234567")
    offered = shown.locator("#palette [role=option]:not([hidden])")
    expect(offered).to_have_text(
        ["Send a message to 0171 1234567", "Search contacts for 0171 1234567"]
    )
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/send/?to=0171+1234567")


def test_keys_walk_and_select_rows(shown: Page) -> None:
    _open(shown, "/styleguide/list/")
    for key in "jjx":
        shown.keyboard.press(key)
    expect(shown.locator("[data-bulk-bar]")).to_contain_text("1 selected")
    shown.keyboard.press("/")
    expect(shown.locator("[data-search]")).to_be_focused()


def test_theme_changes_in_place_and_stays(shown: Page) -> None:
    shown.locator("[data-theme-form]").locator("xpath=ancestor::details").click()
    shown.get_by_role("button", name="Dark").click()
    root = shown.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    assert shown.evaluate(DRAWN)
    shown.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_dialog_waits_for_the_word_and_closes_by_escape(shown: Page) -> None:
    shown.get_by_role("button", name="Open a dialog").click()
    button = shown.locator("dialog[open] [data-needs-word]")
    expect(button).to_be_disabled()
    shown.locator("dialog[open] [data-word]").fill("Customers")
    expect(button).to_be_enabled()
    shown.keyboard.press("Escape")
    expect(shown.locator("dialog[open]")).to_have_count(0)


def test_chart_is_drawn_again_after_a_swap(shown: Page) -> None:
    expect(shown.locator("#c1[data-drawn]")).to_be_visible()
    shown.evaluate("document.getElementById('c1').dataset.before = 'yes'")
    shown.evaluate("htmx.ajax('GET', '/styleguide/', {target: '#c1', select: '#c1'})")
    expect(shown.locator("#c1[data-drawn]:not([data-before])")).to_be_visible()
    assert shown.evaluate(DRAWN)


def test_drawer_opens_on_a_phone(shown: Page) -> None:
    shown.set_viewport_size({"width": 390, "height": 844})
    expect(shown.locator("#side")).to_be_hidden()
    shown.locator("[data-drawer]").click()
    expect(shown.locator("#side")).to_be_visible()
    shown.keyboard.press("Escape")
    expect(shown.locator("#side")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", styleguide.PAGES)
def test_style_page_is_accessible(
    shown: Page, live_server: LiveServer, name: str, theme: str
) -> None:
    shown.context.add_cookies(
        [{"name": "theme", "value": theme, "url": live_server.url}]
    )
    _open(shown, f"/styleguide/{name}/")
    found = Axe().run(shown).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["target"]) for fault in found] == []


def test_no_style_page_is_wider_than_a_small_phone(shown: Page) -> None:
    shown.set_viewport_size({"width": 320, "height": 700})
    for name in styleguide.PAGES:
        _open(shown, f"/styleguide/{name}/")
        assert not shown.evaluate(WIDER_THAN_WINDOW), name
