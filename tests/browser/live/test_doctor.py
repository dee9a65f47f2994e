"""The character doctor and the check before sending in a real browser."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Connection, Price, Workspace
from contacts.models import Contact, Group, NumberFact
from messaging.models import Campaign
from tests.browser.live.conftest import Open
from tests.browser.live.test_campaign_pages import wrong_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(workspace: Workspace, group: Group, connection: Connection) -> Campaign:
    """Return a draft to Anna and Ben, whose number is a landline."""
    now = timezone.now()
    for network, amount in (("", "0.075"), ("Vodafone GmbH", "0.09")):
        Price.objects.create(
            connection=connection,
            country="DE",
            country_name="Germany",
            prefix="49",
            network=network,
            mcc="262" if network else "",
            amount=Decimal(amount),
            seen_at=now,
        )
    Connection.objects.update(balance=Decimal(50))
    NumberFact.objects.create(
        workspace=workspace,
        phone="+491711234501",
        network_type="fixed_line",
        format_at=now,
    )
    campaign = Campaign.objects.create(
        workspace=workspace, name="Autumn", text="Hi {{ firstname }}, “ciao”"
    )
    campaign.groups.add(group)
    return campaign


def test_signs_are_marked_and_replaced_one_by_one_and_all_at_once(
    open_page: Open, group: Group
) -> None:
    page = open_page("/campaigns/new/")
    text = page.get_by_role("textbox", name="Text", exact=True)
    text.fill("“9–17 Uhr” 🎉 …")
    marks = page.locator(".marked-text mark")
    expect(marks).to_have_text(["“", "–", "”", "🎉", "…"])
    page.get_by_role("radio", name="SMS").press("ArrowRight")
    expect(marks).to_have_count(0)
    page.get_by_role("radio", name="Voice").press("ArrowLeft")
    expect(marks).to_have_count(5)
    page.get_by_role("button", name="– -").click()
    expect(text).to_have_value("“9-17 Uhr” 🎉 …")
    page.get_by_role("button", name="Replace all 3").press("Enter")
    expect(text).to_have_value('"9-17 Uhr" 🎉 ...')
    expect(text).to_be_focused()
    expect(marks).to_have_text(["🎉"])
    page.get_by_role("button", name="🎉 leave out").press("Enter")
    expect(marks).to_have_count(0)


def test_signs_of_values_are_replaced_by_one_click(
    open_page: Open, draft: Campaign
) -> None:
    Contact.objects.update(firstname="Łukasz")
    page = open_page(f"/campaigns/{draft.pk}/edit/")
    bubble = page.locator(".bubble")
    expect(bubble).to_contain_text("Hi Łukasz")
    page.get_by_role("button", name="Replace them in all values").press("Enter")
    expect(bubble).to_contain_text("Hi Lukasz")
    page.get_by_role("button", name="Keep values as they are").click()
    expect(bubble).to_contain_text("Hi Łukasz")


def test_whom_a_concern_is_about_is_left_out_and_a_test_is_sent(
    open_page: Open, draft: Campaign
) -> None:
    page = open_page(f"/campaigns/{draft.pk}/check/")
    expect(page.locator(".concerns")).to_contain_text("1 recipient")
    page.get_by_role("button", name="Leave them out").press("Enter")
    expect(page.locator(".concerns")).to_contain_text("left out of this campaign")
    expect(page.locator(".check-summary")).to_contain_text("1 person")
    page.get_by_label("Your number").fill("0171 9998877")
    page.get_by_role("button", name="Remember it").click()
    page.locator("#test").get_by_role("button", name="for about").click()
    expect(page.locator("#test")).to_contain_text("Test")
    assert draft.tests.get().messages.get().recipient == "+491719998877"


def test_check_page_is_accessible_and_fits_a_phone(
    open_page: Open, draft: Campaign
) -> None:
    assert wrong_with(open_page(f"/campaigns/{draft.pk}/check/?q=anna")) == {}
