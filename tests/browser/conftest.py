"""A real Chromium for the tests of this folder, which are skipped where none is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    expect,
    sync_playwright,
)

from scripts import chromium
from tests.browser.furniture import Furnished, furnish
from tests.browser.tour import pages_of
from tests.journeys.fixtures import Shop
from tests.journeys.house import House
from tests.journeys.visitor import Visitor

TIMEOUT_MS = 15_000
# What is expected is waited for as long as what is clicked, not for five seconds.
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run; each test gets a context of its own."""
    program = chromium.find()
    if program is None:
        pytest.skip(chromium.NONE)
    # Playwright's own event loop runs in this thread, and Django then takes every
    # query of a test for one inside asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program, args=list(chromium.FLAGS)
        )
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def furnished(house: House) -> Furnished:
    """A workspace in which every kind of page has something to show."""
    return furnish(house)


@pytest.fixture(scope="session")
def every_page(furnished: Furnished) -> dict[str, str]:
    """An address for each kind of page in that workspace, found by its links."""
    shop, more = furnished
    return {**pages_of(shop.visitor), **more}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser session without cookies, in English, on a desktop screen."""
    made = browser.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    made.set_default_timeout(TIMEOUT_MS)
    yield made
    made.close()


@pytest.fixture
def shop_page(page: Page, shop: Shop) -> Page:
    """The browser of somebody who is signed in and works in the test's workspace."""
    take_session(page.context, shop.visitor)
    return page


def take_session(context: BrowserContext, visitor: Visitor) -> None:
    """Go on in a browser where a visitor has signed in."""
    for cookie in visitor.session.cookies:
        context.add_cookies(
            [{"name": cookie.name, "value": str(cookie.value), "url": visitor.url}]
        )


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose script errors and refused content fail the test."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if "Content Security Policy" in message.text
            else None
        ),
    )
    asked: set[Request] = set()
    opened.on("request", lambda request: asked.add(request))
    opened.on("requestfinished", lambda request: asked.discard(request))
    opened.on("requestfailed", lambda request: asked.discard(request))
    yield opened
    _leave(opened, asked)
    opened.close()
    assert not faults, faults


def _leave(page: Page, asked: set[Request]) -> None:
    """Leave once nothing is asked any more: the tables are emptied next.

    A draft saves itself a moment after it was changed.
    """
    for _moment in range(100):
        if not asked:
            break
        page.wait_for_timeout(50)
    page.goto("about:blank")
