"""Calls and RCS in a real browser: by mouse, by keyboard, and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Connection, Workspace
from contacts.models import Group
from messaging.models import Campaign
from tests.browser import axe
from tests.browser.live.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def connected(workspace: Workspace) -> Connection:
    return Connection.objects.create(
        workspace=workspace, api_key="sandbox-browser", balance=50
    )


def choose(page: Page, name: str, times: int) -> None:
    """Go to a tab as the keyboard does: radio buttons by arrow."""
    page.get_by_role("radio", name="SMS").focus()
    for _n in range(times):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def test_call_is_written_and_started_by_mouse(open_page: Open, group: Group) -> None:
    page = open_page("/campaigns/new/")
    page.get_by_label("Name", exact=True).fill("Reminder")
    page.locator(".channel-tab", has_text="Voice").click()
    expect(page.locator("#id_sender")).to_be_hidden()
    page.locator("input[name=groups]").check()
    page.locator("#id_text").fill("<speak>Hi<brake/></speak>")
    expect(page.locator("#text-notes")).to_contain_text("Did you mean <break>")
    page.locator("#id_text").fill(
        '<speak>Hi {{ firstname }}<break time="2s"/>bye</speak>'
    )
    expect(page.locator(".heard")).to_have_text(re.compile(r"Hi Anna\s+2.0 s pause"))
    assert axe.breaches(page) == []
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_label("Sending stops at").fill("1")
    with page.expect_event("load"):
        page.get_by_role("button", name="at an unknown price").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reminder")
    assert Campaign.objects.get().state == "preparing"


def test_card_is_written_and_checked_by_keyboard(open_page: Open, group: Group) -> None:
    page = open_page("/campaigns/new/")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Offer")
    choose(page, "RCS", 2)
    page.locator("input[name=groups]").focus()
    page.keyboard.press("Space")
    page.locator("#id_text").focus()
    page.keyboard.type("Come in")
    page.get_by_role("radio", name="Without a card").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#id_card_title").focus()
    page.keyboard.type("For you")
    expect(page.locator(".rcs-card")).to_contain_text("For you")
    assert axe.breaches(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    page.get_by_role("button", name="Check before sending").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rcs-reach")).to_contain_text("Of 2 contacts it is not known")
    expect(page.locator(".rcs-card")).to_contain_text("Come in")
