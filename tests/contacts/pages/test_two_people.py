"""Two people have one thing open: nobody writes over what they have not seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User, Workspace
from contacts.models import Contact, CustomField, Segment
from contacts.services import contacts, segments
from tests.fixtures import ClientAs
from tests.journeys.visitor import values_of


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def opened(browser: Client, address: str) -> dict[str, Any]:
    """Return what the form of a page would send if nobody touched it."""
    return posted(browser.get(address).content)


def posted(content: bytes) -> dict[str, Any]:
    page = BeautifulSoup(content, "html.parser")
    form = page.select_one("main form:has([name=seen])")
    assert form is not None, page.text
    values: dict[str, Any] = {}
    for name, value in values_of(form):
        values.setdefault(name, []).append(value)
    return values


def edit(contact: Contact) -> str:
    return f"/contacts/{contact.uuid}/edit/"


def test_two_fields_of_a_contact_are_changed_at_once(
    browser: Client, contact: Contact
) -> None:
    mine = opened(browser, edit(contact))
    contacts.update(contact=contact, actor=None, city="Bonn", custom={"vip": "yes"})
    browser.post(edit(contact), mine | {"firstname": "Hanna"})
    contact.refresh_from_db()
    assert (contact.firstname, contact.city) == ("Hanna", "Bonn")
    assert contact.custom == {"vip": "yes"}


def test_field_that_both_changed_is_asked_about(
    browser: Client, contact: Contact
) -> None:
    mine = opened(browser, edit(contact)) | {"city": "Trier", "phone": "0171 7654321"}
    contacts.update(
        contact=contact, actor=None, city="Bonn", company="Ours", phone="+491700000001"
    )
    answer = browser.post(edit(contact), mine)
    contact.refresh_from_db()
    assert (contact.city, contact.phone) == ("Bonn", "+491700000001")
    text = BeautifulSoup(answer.content, "html.parser").text
    assert "By now it is: Bonn." in text
    assert "By now it is: +49\N{NO-BREAK SPACE}170" in text

    browser.post(edit(contact), posted(answer.content))
    contact.refresh_from_db()
    assert (contact.city, contact.phone) == ("Trier", "+491717654321")
    assert contact.company == "Ours"


def test_untouched_page_of_a_contact_takes_nothing_back(
    browser: Client, contact: Contact, workspace: Workspace
) -> None:
    own = {"text": "a", "number": "1234.5", "date": "1990-05-17", "boolean": "1"}
    for kind in own:
        CustomField.objects.create(
            workspace=workspace, slug=kind, label=kind, kind=kind
        )
    fields = {name: "Old\nlines" if name == "notes" else "Old" for name in TEXTS}
    contacts.update(
        contact=contact, actor=None, birthday=date(1990, 5, 17), custom=own, **fields
    )
    mine = opened(browser, edit(contact))
    contacts.update(
        contact=contact,
        actor=None,
        phone="+491700000001",
        email="new@example.com",
        birthday=None,
        custom={"text": "b", "number": "2", "date": "2000-01-01", "boolean": "0"},
        **dict.fromkeys(TEXTS, "New"),
    )
    contact.refresh_from_db()
    theirs = contacts.shown_values(contact)
    assert browser.post(edit(contact), mine).status_code == 302
    contact.refresh_from_db()
    assert contacts.shown_values(contact) == theirs


TEXTS = sorted(set(contacts.FIELDS) - {"email", "birthday", "home_phone"})


def city(name: str) -> dict[str, Any]:
    return {
        "match": "all",
        "conditions": [{"field": "city", "op": "is", "value": name}],
    }


@pytest.fixture
def segment(workspace: Workspace) -> Segment:
    return segments.create(
        workspace=workspace, name="Ours", definition=city("Berlin"), actor=None
    )


def test_name_and_conditions_of_a_segment_are_changed_at_once(
    browser: Client, segment: Segment
) -> None:
    address = f"/segments/{segment.pk}/edit/"
    mine = opened(browser, address)
    segments.update(segment=segment, name="Ours", definition=city("Bonn"), actor=None)
    browser.post(address, mine | {"name": "Mine", "act": "save"})
    segment.refresh_from_db()
    assert (segment.name, segment.definition) == ("Mine", city("Bonn"))


def test_conditions_that_both_changed_are_asked_about(
    browser: Client, segment: Segment
) -> None:
    address = f"/segments/{segment.pk}/edit/"
    mine = opened(browser, address) | {"c-0-value": "Trier", "act": "save"}
    segments.update(segment=segment, name="Ours", definition=city("Bonn"), actor=None)
    answer = browser.post(address, mine)
    segment.refresh_from_db()
    assert segment.definition == city("Bonn")
    text = BeautifulSoup(answer.content, "html.parser").text
    assert "By now it is: City is “Bonn”." in text

    browser.post(address, posted(answer.content) | {"act": "save"})
    segment.refresh_from_db()
    assert segment.definition == city("Trier")
