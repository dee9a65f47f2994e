"""Pages that come from allauth look like ours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.journey]


def test_sessions_are_read_whole_on_a_phone(shop_page: Page, house: House) -> None:
    shop_page.set_viewport_size({"width": 390, "height": 800})
    shop_page.goto(f"{house.url}/auth/sessions/")
    table = shop_page.locator(".table-wrap")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0


def test_text_under_a_form_keeps_its_distance(page: Page, house: House) -> None:
    page.goto(f"{house.url}/auth/password/reset/")
    form = page.locator("main form").bounding_box()
    below = page.locator("main form + p").bounding_box()
    assert form and below
    assert below["y"] - (form["y"] + form["height"]) >= 16
