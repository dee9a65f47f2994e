"""One contact with little typing: as a page, and as a dialog of the list."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from contacts.models import Contact, Group
from tests.fixtures import ClientAs

PATH = "/contacts/quick/"


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def text_of(answer: object) -> str:
    return BeautifulSoup(answer.content, "html.parser").text  # type: ignore[attr-defined]


def test_contact_is_added_to_the_group(browser: Client, group: Group) -> None:
    values = {"phone": "0171 7654321", "firstname": "Bo", "group": str(group.pk)}
    answer = browser.post(PATH, values, follow=True)
    assert "Bo added." in text_of(answer)
    contact = Contact.objects.get()
    assert (contact.phone, contact.firstname) == ("+491717654321", "Bo")
    assert group.contacts.get() == contact


def test_dialog_leads_the_browser_to_the_list(browser: Client, group: Group) -> None:
    values = {"phone": "0171 7654321", "group": str(group.pk)}
    answer = browser.post(PATH, values, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/contacts/?group={group.pk}"


def test_known_number_is_said_and_leads_to_its_contact(
    browser: Client, contact: Contact
) -> None:
    answer = browser.post(
        PATH, {"phone": "0171 1234567"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "belongs to Anna Schmidt already" in text_of(answer)
    assert b"<html" not in answer.content


def test_number_is_needed(browser: Client) -> None:
    assert browser.post(PATH, {"firstname": "Bo"}).status_code == 422
    assert not Contact.objects.exists()


def test_group_of_the_list_is_chosen_already(browser: Client, group: Group) -> None:
    page = BeautifulSoup(browser.get(f"{PATH}?group={group.pk}").content, "html.parser")
    assert page.select_one(f"option[value='{group.pk}'][selected]")
