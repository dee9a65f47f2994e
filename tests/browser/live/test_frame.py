"""The frame and the components in a real browser, on the style page."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from seven_dashboard import styleguide
from tests.browser import axe
from tests.browser.live.conftest import Open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.look.urls"),
]
DRAWN = "!!Chart.getChart(document.querySelector('#c1 canvas'))"
# Move a row, put something new elsewhere, and tell where the row is then.
MOVED_AND_SWAPPED = """selector => new Promise((tell) => {
  const row = document.querySelector(selector);
  row.style.width = "100px";
  row.scrollLeft = 20;
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "strips") tell(row.scrollLeft);
  });
  htmx.swap("#strips", "News", { swapStyle: "innerHTML" });
})"""
# What has the keyboard but neither its top nor its foot in sight, "" when all is well.
OUT_OF_SIGHT = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const isSeen = (y) => {
    const there = document.elementFromPoint(box.left + Math.min(12, box.width / 2), y);
    return !!there && (there.contains(at) || at.contains(there));
  };
  const isThere = isSeen(box.top + 3) || isSeen(box.bottom - 3);
  return at === document.body || isThere ? "" : at.outerHTML.slice(0, 90);
}"""
WIDER_THAN_WINDOW = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def shown(open_page: Open, settings: LazySettings) -> Page:
    """The style page, open in the signed-in owner's browser."""
    settings.IS_TRIAL = True
    return open_page("/styleguide/")


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


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_focus_is_in_sight_between_the_bars_of_a_phone(
    shown: Page, open_page: Open, key: str
) -> None:
    shown.set_viewport_size({"width": 390, "height": 600})
    open_page("/styleguide/list/")
    hidden = []
    for _step in range(40):
        shown.keyboard.press(key)
        hidden.append(shown.evaluate(OUT_OF_SIGHT))
    assert [one for one in hidden if one] == []


def test_keys_walk_and_select_rows(shown: Page, open_page: Open) -> None:
    open_page("/styleguide/list/")
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


def test_tabs_stay_where_a_finger_moved_them_while_something_else_changes(
    shown: Page,
) -> None:
    assert shown.evaluate(MOVED_AND_SWAPPED, ".tabs") == 20


def test_drawer_opens_on_a_phone(shown: Page) -> None:
    shown.set_viewport_size({"width": 390, "height": 844})
    expect(shown.locator("#side")).to_be_hidden()
    shown.locator("[data-drawer]").click()
    expect(shown.locator("#side")).to_be_visible()
    shown.keyboard.press("Escape")
    expect(shown.locator("#side")).to_be_hidden()


def test_style_pages_are_accessible(
    shown: Page, open_page: Open, live_server: LiveServer
) -> None:
    found: dict[str, list[str]] = {}
    for name in styleguide.PAGES:
        for theme, rules in axe.THEMES:
            shown.context.add_cookies(
                [{"name": "theme", "value": theme, "url": live_server.url}]
            )
            page = open_page(f"/styleguide/{name}/")
            assert page.locator("html").get_attribute("data-bs-theme") == theme
            wrong = [axe.shown(one) for one in axe.breaches(page, *rules)]
            found[f"{name} in {theme}"] = wrong
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_no_style_page_is_wider_than_a_small_phone(
    shown: Page, open_page: Open
) -> None:
    shown.set_viewport_size({"width": 320, "height": 700})
    for name in styleguide.PAGES:
        open_page(f"/styleguide/{name}/")
        assert not shown.evaluate(WIDER_THAN_WINDOW), name
