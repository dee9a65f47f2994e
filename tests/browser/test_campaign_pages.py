"""Composer and campaign page in a real browser: what happens while one types."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Connection, User, Workspace
from contacts.models import Contact, Group, GroupMembership
from messaging.models import Campaign, Message
from tests.messaging.text.table import VECTORS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRONG = """vectors => vectors.filter((vector) => {
  const text = vector.text.map(([piece, times]) => piece.repeat(times)).join("");
  const size = smsParts.measure(text);
  return size.encoding !== vector.encoding || size.units !== vector.units
    || size.parts !== vector.parts || size.forcing.join("") !== vector.forcing
    || (vector.plain && smsSpellings.replaced(text) !== vector.plain);
}).map((vector) => vector.name)"""
Open = Callable[[str], Page]


@pytest.fixture
def group(workspace: Workspace) -> Group:
    group = Group.objects.create(workspace=workspace, name="Regulars")
    for n, name in enumerate(("Anna", "Ben")):
        contact = Contact.objects.create(
            workspace=workspace,
            phone=f"+4917112345{n:02}",
            country="DE",
            firstname=name,
        )
        GroupMembership.objects.create(group=group, contact=contact)
    return group


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


@pytest.fixture
def open_page(page: Page, live_server: LiveServer, owner: User) -> Open:
    """Return a function that opens a path as the signed-in owner."""
    client = Client()
    client.force_login(owner)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    def open_path(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return open_path


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


@pytest.mark.parametrize(
    "path",
    ["/", "/campaigns/", "/campaigns/new/", "campaign", "recipients", "/analytics/"]
    + ["report", "compare"],
)
def test_page_is_accessible_and_fits_a_phone(
    open_page: Open, campaign: Campaign, connection: Connection, path: str
) -> None:
    ended = end_twice(campaign) if path in ("report", "compare") else [campaign]
    found = {
        "campaign": f"/campaigns/{campaign.pk}/",
        "recipients": f"/campaigns/{campaign.pk}/recipients/",
        "report": f"/campaigns/{campaign.pk}/",
        "compare": f"/campaigns/compare/?c={ended[0].pk}&c={ended[-1].pk}",
    }
    page = open_page(found.get(path, path))
    for theme in ("light", "dark"):
        # Opened anew: halfway through the change colours have no contrast.
        page.emulate_media(color_scheme=theme)
        page.reload()
        results = Axe().run(page)
        assert results.violations_count == 0, (theme, results.generate_report())
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
