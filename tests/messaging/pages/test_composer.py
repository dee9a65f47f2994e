"""Composing: what a person types, sees and saves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import Contact, Group, NumberFact, OptOut, Segment
from contacts.services import segments
from messaging.models import Campaign
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words

CREATE = "/campaigns/new/"
PREVIEW = "/campaigns/preview/"


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def typed(group: Group, contact: Contact) -> dict[str, Any]:
    return {
        "name": "Autumn",
        "groups": [str(group.pk)],
        "text": "Hi {{ firstname|there }}!",
        "sender": "Bakery",
        "act": "check",
    }


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


class TestPreview:
    def test_text_is_filled_for_the_first_recipient(
        self, browser: Client, typed: dict[str, Any]
    ) -> None:
        assert "Hi Anna!" in words(browser.post(PREVIEW, typed), ".bubble")

    def test_next_and_previous_walk_the_audience(
        self, browser: Client, typed: dict[str, Any], add_contact: AddContact
    ) -> None:
        add_contact("+491711234568", firstname="Ben")
        first = Contact.objects.get(firstname="Anna")
        response = browser.post(PREVIEW, {**typed, "at": first.pk, "act": "next"})
        assert "Hi Ben!" in words(response, ".bubble")
        at = soup(response).select_one("[name=at]")["value"]  # type: ignore[index]
        back = browser.post(PREVIEW, {**typed, "at": at, "act": "previous"})
        assert "Hi Anna!" in words(back, ".bubble")

    def test_walk_leaves_out_who_opted_out(
        self,
        browser: Client,
        typed: dict[str, Any],
        add_contact: AddContact,
        workspace: Workspace,
    ) -> None:
        gone = add_contact("+491711234568", firstname="Ben")
        OptOut.objects.create(workspace=workspace, phone=gone.phone, source="reply")
        first = Contact.objects.get(firstname="Anna")
        response = browser.post(PREVIEW, {**typed, "at": first.pk, "act": "next"})
        assert "Hi Anna!" in words(response, ".bubble")

    def test_recipient_of_another_workspace_is_never_shown(
        self, browser: Client, typed: dict[str, Any], other_workspace: Workspace
    ) -> None:
        foreign = Contact.objects.create(
            workspace=other_workspace, phone="+491799999999", firstname="Zoe"
        )
        response = browser.post(PREVIEW, {**typed, "at": foreign.pk})
        assert "Zoe" not in response.content.decode()

    def test_works_without_groups(self, browser: Client, typed: dict[str, Any]) -> None:
        response = browser.post(PREVIEW, {**typed, "groups": []})
        assert "made-up person" in words(response, "#preview")

    def test_shows_cost_and_what_is_left(
        self, browser: Client, typed: dict[str, Any], add_contact: AddContact
    ) -> None:
        add_contact("+436641234567", country="AT")
        response = browser.post(PREVIEW, typed)
        assert fact(response, "Recipients") == "2"
        assert fact(response, "Cost") == "about 0.155\xa0€".replace("\xa0", " ")
        assert fact(response, "Left after") == "49.85 €"

    def test_forcing_character_is_marked_with_a_replacement(
        self, browser: Client, typed: dict[str, Any]
    ) -> None:
        response = browser.post(PREVIEW, {**typed, "text": "9–17 Uhr"})
        assert soup(response).select_one(".bubble mark").get_text() == "–"  # type: ignore[union-attr]
        button = soup(response).select_one("[data-replace]")
        assert button is not None and button.get_text(" ", strip=True) == "– -"

    def test_forcing_character_of_a_value_is_told_apart_from_those_of_the_text(
        self, browser: Client, typed: dict[str, Any], contact: Contact
    ) -> None:
        Contact.objects.filter(pk=contact.pk).update(firstname="Zoë")
        response = browser.post(PREVIEW, typed)
        assert not soup(response).select("[data-replace]")
        assert "Some recipients' values have characters" in words(
            response, "#text-notes"
        )
        assert words(response, ".foreign-sign") == "ë"

    def test_character_of_text_and_value_is_one_of_the_text(
        self, browser: Client, typed: dict[str, Any], contact: Contact
    ) -> None:
        Contact.objects.filter(pk=contact.pk).update(firstname="Zoë")
        typed["text"] = "Hallo {{ firstname }}, Citroën wartet"
        response = browser.post(PREVIEW, typed)
        assert len(soup(response).select("[data-replace]")) == 1
        assert not soup(response).select(".foreign-sign")

    def test_missing_value_is_counted_before_sending(
        self, browser: Client, typed: dict[str, Any], add_contact: AddContact
    ) -> None:
        add_contact("+491711234568", lastname="Nameless")
        response = browser.post(PREVIEW, {**typed, "text": "Hi {{ firstname }}"})
        assert "1 recipient has no value for firstname" in words(
            response, "#text-notes"
        )

    def test_markup_in_a_name_stays_text(
        self, browser: Client, typed: dict[str, Any], contact: Contact
    ) -> None:
        Contact.objects.update(firstname="<script>alert(1)</script>")
        response = browser.post(PREVIEW, typed)
        assert b"<script>alert" not in response.content

    @pytest.mark.parametrize("at", ["x", "-1", "9" * 40, ""])
    def test_odd_position_means_the_first(
        self, browser: Client, typed: dict[str, Any], at: str
    ) -> None:
        response = browser.post(PREVIEW, {**typed, "at": at, "act": "next"})
        assert response.status_code == 200

    def test_shows_without_scripts(
        self, browser: Client, typed: dict[str, Any]
    ) -> None:
        response = browser.post(CREATE, {**typed, "name": "", "act": "preview"})
        assert response.status_code == 200
        assert "Hi Anna!" in words(response, ".bubble")
        assert not Campaign.objects.exists()

    def test_replaces_all_without_scripts(
        self, browser: Client, typed: dict[str, Any]
    ) -> None:
        wrong = {**typed, "text": "“9–17” 🎉", "act": "replace_all"}
        response = browser.post(CREATE, wrong)
        assert words(response, "textarea") == '"9-17" 🎉'

    def test_replaces_without_scripts(
        self, browser: Client, typed: dict[str, Any]
    ) -> None:
        wrong = {**typed, "text": "9–17 Uhr", "replace": "–"}
        response = browser.post(CREATE, wrong)
        assert words(response, "textarea[name=text]") == "9-17 Uhr"

    def test_asks_a_bounded_number_of_queries(
        self,
        browser: Client,
        typed: dict[str, Any],
        django_assert_max_num_queries: Any,
    ) -> None:
        browser.post(PREVIEW, typed)
        with django_assert_max_num_queries(22):
            browser.post(PREVIEW, typed)


@pytest.fixture
def bonn(workspace: Workspace) -> Segment:
    definition = {
        "match": "all",
        "conditions": [{"field": "city", "op": "is", "value": "Bonn"}],
    }
    return segments.create(
        workspace=workspace, name="Bonn", definition=definition, actor=None
    )


class TestAudience:
    def test_all_parts_are_kept_and_copied(
        self,
        browser: Client,
        typed: dict[str, Any],
        group: Group,
        bonn: Segment,
        campaign: Campaign,
    ) -> None:
        parts = {
            "segments": [str(bonn.pk)],
            "excluded_groups": [str(group.pk)],
            "excluded_segments": [str(bonn.pk)],
            "excluded_campaigns": [str(campaign.pk)],
        }
        browser.post(CREATE, {**typed, **parts, "act": "draft"})
        made = Campaign.objects.get(name=typed["name"])
        browser.post(reverse("messaging:campaign_duplicate", args=[made.pk]))
        copy = Campaign.objects.get(name__startswith="Copy of")
        for name, ids in parts.items():
            for one in (made, copy):
                chosen = getattr(one, name).values_list("pk", flat=True)
                assert [str(pk) for pk in chosen] == ids

    def test_segment_alone_is_enough(
        self, browser: Client, typed: dict[str, Any], bonn: Segment, contact: Contact
    ) -> None:
        data = {**typed, "groups": [], "segments": [str(bonn.pk)], "act": "check"}
        assert browser.post(CREATE, data).status_code == 302

    def test_preview_is_of_the_segment(
        self, browser: Client, typed: dict[str, Any], bonn: Segment, contact: Contact
    ) -> None:
        data = {**typed, "groups": [], "segments": [str(bonn.pk)]}
        assert "Nobody in this audience" in words(
            browser.post(PREVIEW, data), "#preview"
        )
        Contact.objects.filter(pk=contact.pk).update(city="bonn")
        assert "Anna" in words(browser.post(PREVIEW, data), "#preview")

    def test_broken_segment_is_said_beside_the_segments(
        self, browser: Client, typed: dict[str, Any], bonn: Segment
    ) -> None:
        Segment.objects.update(definition={"match": "all", "conditions": []})
        data = {**typed, "segments": [str(bonn.pk)], "act": "draft"}
        response = browser.post(CREATE, data)
        assert response.status_code == 422
        assert "cannot be used" in words(response, "#id_segments_error")
        assert "cannot be used" in words(browser.post(PREVIEW, data), "#preview")

    def test_segment_of_another_workspace_is_refused(
        self, browser: Client, typed: dict[str, Any], other_workspace: Workspace
    ) -> None:
        theirs = Segment.objects.create(workspace=other_workspace, name="Theirs")
        data = {**typed, "segments": [str(theirs.pk)], "act": "draft"}
        response = browser.post(CREATE, data)
        assert "Choose segments" in words(response, "#id_segments_error")


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


def test_preview_leaves_out_whom_the_check_spares(
    browser: Client, draft: Campaign, typed: dict[str, Any], add_contact: AddContact
) -> None:
    landline = add_contact("+493012345678")
    NumberFact.objects.create(
        workspace=draft.workspace,
        phone=landline.phone,
        network_type="fixed_line",
        format_at=timezone.now(),
    )
    Campaign.objects.update(spares=["landline"])
    shown = browser.post(PREVIEW, {**typed, "draft": str(draft.pk)})
    assert fact(shown, "Recipients") == "1"
