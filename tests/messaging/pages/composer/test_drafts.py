"""Composing: what a person types, sees and saves."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from contacts.models import Group
from messaging.models import Campaign
from tests.messaging.pages.composer.conftest import CREATE
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import soup, words


def test_complete_draft_leads_to_the_check(
    browser: Client, typed: dict[str, Any]
) -> None:
    response = browser.post(CREATE, typed)
    campaign = Campaign.objects.get()
    assert response["Location"] == reverse(
        "messaging:campaign_check", args=[campaign.pk]
    )
    assert (campaign.sender, campaign.groups.count()) == ("Bakery", 1)


def test_unfinished_draft_can_be_saved(browser: Client, workspace: Workspace) -> None:
    browser.post(CREATE, {"name": "Idea", "text": "Hi {{ nobody", "act": "draft"})
    assert Campaign.objects.get().text == "Hi {{ nobody"


def test_pace_above_that_of_the_account_is_refused(
    browser: Client, typed: dict[str, Any]
) -> None:
    response = browser.post(CREATE, {**typed, "rate_per_s": "300"})
    assert "The account sends 10 messages a second" in response.content.decode()
    assert not Campaign.objects.exists()


def test_unknown_variable_is_named_beside_the_text(
    browser: Client, typed: dict[str, Any]
) -> None:
    response = browser.post(CREATE, {**typed, "text": "Hi {{ fristname }}"})
    assert response.status_code == 422
    assert "Did you mean {{ firstname }}" in words(response, "#id_text_error")
    assert not Campaign.objects.exists()


def test_input_is_kept_after_an_error(browser: Client, typed: dict[str, Any]) -> None:
    response = browser.post(CREATE, {**typed, "sender": "far too long a name"})
    page = soup(response)
    assert "11 at most" in words(response, "#id_sender_error")
    assert page.select_one("[name=name]")["value"] == "Autumn"  # type: ignore[index]
    assert page.select_one("[name=groups][checked]")


def test_missing_group_is_said_beside_the_groups(
    browser: Client, typed: dict[str, Any]
) -> None:
    response = browser.post(CREATE, {**typed, "groups": []})
    assert "Choose the groups" in words(response, "#id_groups_error")


def test_group_of_another_workspace_is_refused(
    browser: Client, typed: dict[str, Any], other_workspace: Workspace
) -> None:
    foreign = Group.objects.create(workspace=other_workspace, name="Theirs")
    response = browser.post(CREATE, {**typed, "groups": [str(foreign.pk)]})
    assert response.status_code == 422
    assert "Theirs" not in words(response)


def test_draft_keeps_line_ends_as_one_character(
    browser: Client, typed: dict[str, Any]
) -> None:
    browser.post(CREATE, {**typed, "text": "Hi\r\nthere"})
    assert Campaign.objects.get().text == "Hi\nthere"


def test_edit_changes_the_draft(
    browser: Client, draft: Campaign, typed: dict[str, Any]
) -> None:
    address = reverse("messaging:campaign_edit", args=[draft.pk])
    browser.post(address, {**typed, "name": "Renamed", "act": "draft"})
    draft.refresh_from_db()
    assert draft.name == "Renamed"


def test_launched_campaign_cannot_be_edited(
    browser: Client, campaign: Campaign, typed: dict[str, Any]
) -> None:
    address = reverse("messaging:campaign_edit", args=[campaign.pk])
    browser.post(address, {**typed, "name": "Renamed"})
    campaign.refresh_from_db()
    assert campaign.name == "Winter card"


def test_duplicate_is_a_draft_with_the_same_text(
    browser: Client, campaign: Campaign
) -> None:
    browser.post(reverse("messaging:campaign_duplicate", args=[campaign.pk]))
    copy = Campaign.objects.exclude(pk=campaign.pk).get()
    assert (copy.state, copy.text) == ("draft", campaign.text)
    assert copy.groups.count() == 1


def test_draft_is_deleted(browser: Client, draft: Campaign) -> None:
    browser.post(reverse("messaging:campaign_delete", args=[draft.pk]))
    assert not Campaign.objects.exists()


def test_launched_campaign_is_never_deleted(
    browser: Client, campaign: Campaign
) -> None:
    browser.post(reverse("messaging:campaign_delete", args=[campaign.pk]))
    assert Campaign.objects.exists()


def test_signs_of_values_are_replaced_by_one_click(
    browser: Client, typed: dict[str, Any], add_contact: AddContact
) -> None:
    add_contact("+491711000002", firstname="Łukasz")
    shown = browser.post(CREATE, {**typed, "act": "preview"})
    button = soup(shown).select_one("[value=plain_values]")
    assert button and "Ł" in words(shown, ".foreign-sign")
    after = browser.post(CREATE, {**typed, "act": "plain_values"})
    assert soup(after).select_one("[name=has_plain_values][checked]")
    assert not soup(after).select_one(".foreign-sign, [value=plain_values]")
    browser.post(CREATE, {**typed, "has_plain_values": "on", "act": "draft"})
    assert Campaign.objects.get().options == {"has_plain_values": True}
