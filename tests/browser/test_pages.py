"""Every page that links lead to: accessible, quiet, and no wider than a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import take_session
from tests.browser.furniture import Furnished
from tests.browser.tour import Tab, Visit
from tests.journeys.house import House
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.journey]

# Kinds of pages that the tour must have met, lest it go quietly blind.
MUST_MEET = {
    "/account/numbers/",
    "/account/numbers/ID/",
    "/account/numbers/ID/give-up/",
    "/account/numbers/available/",
    "/account/numbers/order/ID/",
    "/account/subaccounts/",
    "/account/subaccounts/ID/",
    "/account/subaccounts/ID/delete/",
    "/account/subaccounts/ID/top-up/",
    "/account/subaccounts/ID/transfer/",
    "/account/subaccounts/ID/workspace/",
    "/account/subaccounts/create/",
    "/account/prices/ID/",
    "/account/prices/changes/",
    "/account/prices/compare/",
    "/analytics/countries/",
    "/analytics/gateway/",
    "/analytics/labels/",
    "/analytics/money/",
    "/analytics/subaccounts/",
    "/",
    "/account/",
    "/account/alerts/",
    "/account/alerts/settings/",
    "/account/connection/",
    "/account/connection/connect/",
    "/account/connection/signing/",
    "/account/hooks/",
    "/account/hooks/new/",
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
    "/contacts/exports/",
    "/contacts/exports/new/",
    "/contacts/jobs/",
    "/contacts/jobs/ID/",
    "/contacts/jobs/new/",
    "/contacts/quick/",
    "/contacts/sync/",
    "/duplicates/",
    "/events/",
    "/events/ID/",
    "/fields/",
    "/fields/new/",
    "/groups/",
    "/imports/",
    "/imports/ID/",
    "/imports/new/",
    "/imports/paste/",
    "/inbox/",
    "/inbox/ID/",
    "/inbox/answers/",
    "/inbox/answers/new/",
    "/lookups/",
    "/lookups/ID/",
    "/lookups/new/",
    "/merges/ID/with/",
    "/merges/ID/with/ID/",
    "/opt-outs/",
    "/opt-outs/ID/",
    "/opt-outs/history/",
    "/opt-outs/lists/new/",
    "/opt-outs/new/",
    "/segments/",
    "/segments/ID/edit/",
    "/segments/new/",
    "/stop-words/",
}


SIGNED_OUT = {
    "the sign-in": "/auth/login/",
    "a forgotten password": "/auth/password/reset/",
}


@pytest.fixture(scope="session")
def tour(
    house: House, browser: Browser, furnished: Furnished, every_page: dict[str, str]
) -> dict[str, Visit]:
    """One look at every page; the tests below each judge one thing."""
    found = {}
    for person, pages in (
        (furnished[0].visitor, every_page),
        (Visitor(house.url), SIGNED_OUT),
    ):
        context = browser.new_context(locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(15_000)
        take_session(context, person)
        tab = Tab(context, house.url)
        for kind, path in pages.items():
            found[kind] = tab.visit(path)
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
