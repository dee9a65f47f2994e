"""Every page that links lead to: accessible, quiet, and no wider than a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import take_session
from tests.browser.furniture import furnish
from tests.browser.tour import Visit, pages_of, visit
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.journey]

# Kinds of pages that the tour must have met, lest it go quietly blind.
MUST_MEET = {
    "/",
    "/account/",
    "/account/connection/",
    "/account/prices/",
    "/account/system/",
    "/account/team/",
    "/analytics/",
    "/campaigns/",
    "/campaigns/ID/",
    "/campaigns/ID/check/",
    "/campaigns/ID/edit/",
    "/campaigns/ID/recipients/",
    "/campaigns/ID/recipients/ID/",
    "/campaigns/new/",
    "/contacts/",
    "/contacts/ID/",
    "/contacts/ID/edit/",
    "/groups/",
    "/imports/",
    "/imports/ID/",
    "/imports/ID/columns/",
    "/imports/new/",
    "/inbox/",
    "/opt-outs/",
}


@pytest.fixture(scope="session")
def tour(house: House, browser: Browser) -> dict[str, Visit]:
    """One look at every page; the tests below each judge one thing."""
    shop = furnish(house)
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    take_session(context, shop.visitor)
    found = {}
    for kind, path in pages_of(shop.visitor).items():
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        found[kind] = visit(page, shop, path)
        page.close()
    context.close()
    return found


def test_tour_meets_every_important_page(tour: dict[str, Visit]) -> None:
    assert set() == MUST_MEET - set(tour)


def test_every_page_opens(tour: dict[str, Visit]) -> None:
    assert {kind: one.status for kind, one in tour.items() if one.status != 200} == {}


def test_no_page_breaks_the_policy_or_a_script(tour: dict[str, Visit]) -> None:
    assert {kind: one.faults for kind, one in tour.items() if one.faults} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible(tour: dict[str, Visit], theme: str) -> None:
    found = {kind: one.violations[theme] for kind, one in tour.items()}
    assert {kind: breaches for kind, breaches in found.items() if breaches} == {}


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_is_wider_than_a_phone(tour: dict[str, Visit], width: int) -> None:
    found = {kind: one.too_wide.get(width) for kind, one in tour.items()}
    assert {kind: parts for kind, parts in found.items() if parts} == {}
