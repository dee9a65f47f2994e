"""Composer and campaign page in a real browser: what happens while one types."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Connection, Workspace
from contacts.models import Group
from messaging.models import Campaign, Message
from tests.browser import axe
from tests.browser.live.conftest import Open
from tests.messaging.text.table import VECTORS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRONG = """vectors => vectors.filter((vector) => {
  const text = vector.text.map(([piece, times]) => piece.repeat(times)).join("");
  const size = smsParts.measure(text);
  return size.encoding !== vector.encoding || size.units !== vector.units
    || size.parts !== vector.parts || size.forcing.join("") !== vector.forcing
    || (vector.plain && smsSpellings.replaced(text) !== vector.plain);
}).map((vector) => vector.name)"""


@pytest.fixture
def campaign(workspace: Workspace, group: Group) -> Campaign:
    now = timezone.now()
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="Winter card",
        text="Hi",
        state="sending",
        cost_agreed=Decimal(5),
        launched_at=now,
        prepared_at=now,
    )
    for state in ("delivered", "queued", "refused"):
        Message.objects.create(
            workspace=workspace,
            campaign=campaign,
            recipient=f"+49171{len(state):07}",
            state=state,
            error_code=202 if state == "refused" else None,
        )
    return campaign


def test_browser_counts_like_the_server(open_page: Open) -> None:
    page = open_page("/campaigns/new/")
    assert page.evaluate(WRONG, VECTORS) == []


def test_preview_keeps_up_with_typing(open_page: Open, group: Group) -> None:
    page = open_page("/campaigns/new/")
    page.locator("#id_groups").get_by_label("Regulars").check()
    page.locator("#id_text").fill("Hi ")
    page.get_by_role("button", name="First name").click()
    expect(page.locator(".bubble")).to_have_text("Hi Anna")
    page.get_by_role("button", name="Next recipient").click()
    expect(page.locator(".bubble")).to_have_text("Hi Ben")
    expect(page.locator("#facts")).to_contain_text("Recipients")


def test_unknown_variable_is_named_while_typing(open_page: Open, group: Group) -> None:
    page = open_page("/campaigns/new/")
    page.locator("#id_text").fill("Hi {{ fristname }}")
    expect(page.locator("#text-notes")).to_contain_text("Did you mean {{ firstname }}")


def test_character_is_replaced_by_one_click(open_page: Open, group: Group) -> None:
    page = open_page("/campaigns/new/")
    page.locator("#id_text").fill("9–17 Uhr")
    page.locator("[data-replace]").click()
    expect(page.locator("#id_text")).to_have_value("9-17 Uhr")
    expect(page.locator("[data-replace]")).to_have_count(0)


def test_running_campaign_moves_by_itself(open_page: Open, campaign: Campaign) -> None:
    page = open_page(f"/campaigns/{campaign.pk}/")
    expect(page.locator(".progress-head")).to_contain_text("2 of 3")
    Message.objects.filter(state="queued").update(state="delivered")
    expect(page.locator(".progress-head")).to_contain_text("3 of 3")
    Campaign.objects.update(state="finished", finished_at=timezone.now())
    expect(page.locator("#campaign-badge")).to_have_text("Finished")
    expect(page.locator("#campaign-live[hx-get]")).to_have_count(0)
    expect(page).to_have_title("Campaign finished · Winter card · Seven Dashboard")


def end_twice(campaign: Campaign) -> list[Campaign]:
    """End a campaign and send its text a second time."""
    Message.objects.filter(state="queued").update(
        state="delivered", attempted_at=timezone.now(), reported_at=timezone.now()
    )
    ended = {"state": "finished", "finished_at": timezone.now()}
    Campaign.objects.update(**ended)
    again = Campaign.objects.create(
        workspace=campaign.workspace,
        name="Again",
        text="Hi",
        launched_at=timezone.now(),
        **ended,
    )
    return [campaign, again]


def test_report_takes_the_place_of_the_running_page(
    open_page: Open, campaign: Campaign
) -> None:
    page = open_page(f"/campaigns/{campaign.pk}/")
    expect(page.locator("#campaign-live")).to_be_visible()
    end_twice(campaign)
    expect(page.locator("#campaign-report .stat-label").first).to_have_text("Delivered")
    expect(page.locator("#campaign-live")).to_have_count(0)
    expect(page.locator("#funnel[data-drawn]")).to_be_visible()


def test_report_leads_to_the_comparison_by_keyboard(
    open_page: Open, campaign: Campaign
) -> None:
    end_twice(campaign)
    page = open_page(f"/campaigns/{campaign.pk}/")
    page.locator("#campaign-actions summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Compare with others").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Again").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".compare-table thead th")).to_have_count(2)


def wrong_with(page: Page) -> dict[str, list[str]]:
    """Return what is wrong with a page in either theme, and whether it is too wide."""
    found: dict[str, list[str]] = {}
    for theme, rules in axe.THEMES:
        # Opened anew: halfway through the change colours have no contrast.
        page.emulate_media(color_scheme=theme)
        page.reload()
        found[theme] = [axe.shown(one) for one in axe.breaches(page, *rules)]
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    found["phone"] = ["too wide"] if is_wide else []
    return {where: wrong for where, wrong in found.items() if wrong}


def test_pages_are_accessible_and_fit_a_phone(
    open_page: Open, campaign: Campaign, connection: Connection
) -> None:
    own = f"/campaigns/{campaign.pk}/"
    found = {
        path: wrong_with(open_page(path))
        for path in ("/", "/campaigns/", "/campaigns/new/", "/analytics/", own)
    }
    found["recipients"] = wrong_with(open_page(f"{own}recipients/"))
    first, again = end_twice(campaign)
    found["report"] = wrong_with(open_page(own))
    both = f"/campaigns/compare/?c={first.pk}&c={again.pk}"
    found["compare"] = wrong_with(open_page(both))
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
