"""The preview beside the text: whose message it is, what it costs, what is odd."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import Contact, NumberFact, OptOut
from messaging.models import Campaign
from tests.messaging.pages.composer.conftest import CREATE, PREVIEW
from tests.messaging.pages.conftest import AddContact
from tests.messaging.pages.shown import fact, soup, words


def test_text_is_filled_for_the_first_recipient(
    browser: Client, typed: dict[str, Any]
) -> None:
    assert "Hi Anna!" in words(browser.post(PREVIEW, typed), ".bubble")


def test_next_and_previous_walk_the_audience(
    browser: Client, typed: dict[str, Any], add_contact: AddContact
) -> None:
    add_contact("+491711234568", firstname="Ben")
    first = Contact.objects.get(firstname="Anna")
    response = browser.post(PREVIEW, {**typed, "at": first.pk, "act": "next"})
    assert "Hi Ben!" in words(response, ".bubble")
    at = soup(response).select_one("[name=at]")["value"]  # type: ignore[index]
    back = browser.post(PREVIEW, {**typed, "at": at, "act": "previous"})
    assert "Hi Anna!" in words(back, ".bubble")


def test_walk_leaves_out_who_opted_out(
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
    browser: Client, typed: dict[str, Any], other_workspace: Workspace
) -> None:
    foreign = Contact.objects.create(
        workspace=other_workspace, phone="+491799999999", firstname="Hannelore"
    )
    response = browser.post(PREVIEW, {**typed, "at": foreign.pk})
    assert "Hannelore" not in response.content.decode()


def test_works_without_groups(browser: Client, typed: dict[str, Any]) -> None:
    response = browser.post(PREVIEW, {**typed, "groups": []})
    assert "made-up person" in words(response, "#preview")


def test_shows_cost_and_what_is_left(
    browser: Client, typed: dict[str, Any], add_contact: AddContact
) -> None:
    add_contact("+436641234567", country="AT")
    response = browser.post(PREVIEW, typed)
    assert fact(response, "Recipients") == "2"
    assert fact(response, "Cost") == "about 0.155\xa0€".replace("\xa0", " ")
    assert fact(response, "Left after") == "49.85 €"


def test_forcing_character_is_marked_with_a_replacement(
    browser: Client, typed: dict[str, Any]
) -> None:
    response = browser.post(PREVIEW, {**typed, "text": "9–17 Uhr"})
    assert soup(response).select_one(".bubble mark").get_text() == "–"  # type: ignore[union-attr]
    button = soup(response).select_one("[data-replace]")
    assert button is not None and button.get_text(" ", strip=True) == "– -"


def test_forcing_character_of_a_value_is_told_apart_from_those_of_the_text(
    browser: Client, typed: dict[str, Any], contact: Contact
) -> None:
    Contact.objects.filter(pk=contact.pk).update(firstname="Zoë")
    response = browser.post(PREVIEW, typed)
    assert not soup(response).select("[data-replace]")
    assert "Some recipients' values have characters" in words(response, "#text-notes")
    assert words(response, ".foreign-sign") == "ë"


def test_character_of_text_and_value_is_one_of_the_text(
    browser: Client, typed: dict[str, Any], contact: Contact
) -> None:
    Contact.objects.filter(pk=contact.pk).update(firstname="Zoë")
    typed["text"] = "Hallo {{ firstname }}, Citroën wartet"
    response = browser.post(PREVIEW, typed)
    assert len(soup(response).select("[data-replace]")) == 1
    assert not soup(response).select(".foreign-sign")


def test_missing_value_is_counted_before_sending(
    browser: Client, typed: dict[str, Any], add_contact: AddContact
) -> None:
    add_contact("+491711234568", lastname="Nameless")
    response = browser.post(PREVIEW, {**typed, "text": "Hi {{ firstname }}"})
    assert "1 recipient has no value for firstname" in words(response, "#text-notes")


def test_markup_in_a_name_stays_text(
    browser: Client, typed: dict[str, Any], contact: Contact
) -> None:
    Contact.objects.update(firstname="<script>alert(1)</script>")
    response = browser.post(PREVIEW, typed)
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("at", ["x", "-1", "9" * 40, ""])
def test_odd_position_means_the_first(
    browser: Client, typed: dict[str, Any], at: str
) -> None:
    response = browser.post(PREVIEW, {**typed, "at": at, "act": "next"})
    assert response.status_code == 200


def test_shows_without_scripts(browser: Client, typed: dict[str, Any]) -> None:
    response = browser.post(CREATE, {**typed, "name": "", "act": "preview"})
    assert response.status_code == 200
    assert "Hi Anna!" in words(response, ".bubble")
    assert not Campaign.objects.exists()


def test_replaces_all_without_scripts(browser: Client, typed: dict[str, Any]) -> None:
    wrong = {**typed, "text": "“9–17” 🎉", "act": "replace_all"}
    response = browser.post(CREATE, wrong)
    assert words(response, "textarea") == '"9-17" 🎉'


def test_replaces_without_scripts(browser: Client, typed: dict[str, Any]) -> None:
    wrong = {**typed, "text": "9–17 Uhr", "replace": "–"}
    response = browser.post(CREATE, wrong)
    assert words(response, "textarea[name=text]") == "9-17 Uhr"


def test_asks_a_bounded_number_of_queries(
    browser: Client,
    typed: dict[str, Any],
    django_assert_max_num_queries: Any,
) -> None:
    browser.post(PREVIEW, typed)
    with django_assert_max_num_queries(22):
        browser.post(PREVIEW, typed)


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
