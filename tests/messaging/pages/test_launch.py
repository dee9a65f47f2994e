"""The check before sending, and the act itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Connection, User, Workspace
from contacts.models import Contact
from messaging.models import Campaign, SendingRules
from messaging.states import CampaignState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def agreed(browser: Client, draft: Campaign) -> dict[str, Any]:
    """Return the form of the check page as it stands there."""
    page = soup(browser.get(reverse("messaging:campaign_check", args=[draft.pk])))
    form = page.select_one(f"form[action='{launch_address(draft)}']")
    assert form is not None
    inputs = form.select("input[name]")
    return {str(field["name"]): str(field.get("value", "")) for field in inputs}


def launch_address(draft: Campaign) -> str:
    return reverse("messaging:campaign_launch", args=[draft.pk])


def test_check_says_who_gets_what_at_what_cost(
    browser: Client, draft: Campaign, connected: Connection
) -> None:
    response = browser.get(reverse("messaging:campaign_check", args=[draft.pk]))
    assert fact(response, "Recipients") == "1 person"
    assert fact(response, "Cost") == "about 0.075 €"
    assert "Hi Anna!" in words(response, ".bubble")
    assert "Send to 1 person for about 0.075 €" in words(response, "button")


def test_launch_hands_the_campaign_to_the_engine(
    browser: Client, draft: Campaign, connected: Connection
) -> None:
    browser.post(launch_address(draft), agreed(browser, draft))
    draft.refresh_from_db()
    assert draft.state == CampaignState.PREPARING
    assert draft.cost_agreed == Decimal("0.08")
    assert draft.cost_expected == Decimal("0.075")


def test_second_click_does_not_launch_again(
    browser: Client, draft: Campaign, connected: Connection
) -> None:
    form = agreed(browser, draft)
    browser.post(launch_address(draft), form)
    response = browser.post(launch_address(draft), form, follow=True)
    assert "was launched already" in words(response, "body")


def test_draft_that_changed_since_is_shown_again(
    browser: Client, draft: Campaign, connected: Connection
) -> None:
    form = agreed(browser, draft)
    draft.text = "Something else"
    draft.save()
    response = browser.post(launch_address(draft), form)
    assert response.status_code == 422
    assert "have changed since" in words(response, ".form")
    draft.refresh_from_db()
    assert draft.state == CampaignState.DRAFT


def test_group_that_grew_since_is_shown_again(
    browser: Client, draft: Campaign, connected: Connection, add_contact: AddContact
) -> None:
    form = agreed(browser, draft)
    add_contact("+491711234568")
    response = browser.post(launch_address(draft), form)
    assert "have changed since" in words(response, ".form")
    assert "Send to 2 people" in words(response, "button")
    shown = {
        str(i["name"]): str(i.get("value", ""))
        for i in soup(response).select("form.form input")
    }
    browser.post(launch_address(draft), shown)
    draft.refresh_from_db()
    assert draft.state == CampaignState.PREPARING


def test_without_connection_there_is_no_button(
    browser: Client, draft: Campaign
) -> None:
    response = browser.get(reverse("messaging:campaign_check", args=[draft.pk]))
    assert "Connect a seven.io account first" in words(response)
    assert "Send to" not in words(response, "button")


def test_missing_value_forbids_sending(
    browser: Client, draft: Campaign, connected: Connection, add_contact: AddContact
) -> None:
    add_contact("+491711234568")
    Campaign.objects.filter(pk=draft.pk).update(text="Hi {{ firstname }}")
    response = browser.get(reverse("messaging:campaign_check", args=[draft.pk]))
    assert "1 contact has no value for firstname" in words(response)


def test_reader_sees_the_check_without_the_button(
    reader: User, client_as: ClientAs, draft: Campaign, connected: Connection
) -> None:
    address = reverse("messaging:campaign_check", args=[draft.pk])
    response = client_as(reader).get(address)
    assert "Send to" not in words(response, "button")


class TestTypedConfirmation:
    @pytest.fixture(autouse=True)
    def low_threshold(self, workspace: Workspace) -> None:
        SendingRules.objects.create(
            workspace=workspace, confirm_above_eur=Decimal("0.01")
        )

    def test_is_asked_above_the_threshold(
        self, browser: Client, draft: Campaign, connected: Connection
    ) -> None:
        form = {**agreed(browser, draft), "confirm_word": "2"}
        response = browser.post(launch_address(draft), form)
        assert "Type the number of recipients, 1" in words(response, ".field-error")
        draft.refresh_from_db()
        assert draft.state == CampaignState.DRAFT

    def test_opens_the_way_when_right(
        self, browser: Client, draft: Campaign, connected: Connection
    ) -> None:
        form = {**agreed(browser, draft), "confirm_word": "1"}
        browser.post(launch_address(draft), form)
        draft.refresh_from_db()
        assert draft.state == CampaignState.PREPARING


def test_cost_has_to_be_named_when_no_price_is_known(
    browser: Client, draft: Campaign, connected: Connection, contact: Contact
) -> None:
    Contact.objects.filter(pk=contact.pk).update(country="FR")
    form = agreed(browser, draft)
    assert form["cost_agreed"] == ""
    response = browser.post(launch_address(draft), form)
    assert response.status_code == 422
    browser.post(launch_address(draft), {**form, "cost_agreed": "3"})
    draft.refresh_from_db()
    assert draft.cost_agreed == 3
