"""What the page of one contact shows and what can be done there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from contacts.models import BulkJob, Contact
from contacts.services import contacts, groups, opt_outs
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import soup, words


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def detail(contact: Contact) -> str:
    return reverse("contacts:contact_detail", args=[contact.uuid])


def test_consent_history_says_what_how_and_who(
    browser: Client, contact: Contact, manager: User
) -> None:
    opt_outs.add(
        workspace=contact.workspace,
        phone=contact.phone,
        channel="voice",
        source="manual",
        reason="Said so at the counter",
        actor=manager,
    )
    shown = words(browser.get(detail(contact)), ".log")
    assert "Opted out · Voice Said so at the counter Added by hand" in shown
    assert manager.display_name in shown


def test_foreign_picture_is_never_loaded(browser: Client, contact: Contact) -> None:
    Contact.objects.update(avatar="https://pictures.example/anna.png")
    page = browser.get(detail(contact))
    assert "pictures.example" not in page.content.decode()
    assert words(page, "h1 .avatar") == "AS"


def test_reader_is_offered_neither_sending_nor_changing(
    contact: Contact, reader: User, client_as: ClientAs
) -> None:
    page = soup(client_as(reader).get(detail(contact)))
    assert not page.select("main form") and not page.select("#send")


def test_taken_number_offers_to_open_or_to_merge(
    browser: Client, contact: Contact
) -> None:
    other = contacts.create(workspace=contact.workspace, actor=None, lastname="Two")
    address = reverse("contacts:contact_edit", args=[other.uuid])
    values = {"lastname": "Two", "phone": contact.phone}
    links = soup(browser.post(address, values)).select(".banner a")
    assert [str(link["href"]) for link in links] == [
        detail(contact),
        reverse("contacts:contact_merge", args=[other.uuid, contact.uuid]),
    ]


def test_deleting_can_be_undone(browser: Client, contact: Contact) -> None:
    address = reverse("contacts:contact_delete", args=[contact.uuid])
    page = browser.post(address, follow=True)
    job = BulkJob.objects.get()
    undo = reverse("contacts:bulk_undo", args=[job.id])
    assert f'hx-post="{undo}"' in page.content.decode()
    assert not Contact.objects.exists()


def test_groups_that_a_contact_joined_and_left_are_told_by_the_contact(
    browser: Client, contact: Contact
) -> None:
    group = groups.create(workspace=contact.workspace, name="Customers", actor=None)
    join = reverse("contacts:contact_group_add", args=[contact.uuid])
    leave = reverse("contacts:contact_group_remove", args=[contact.uuid, group.pk])
    for _twice in range(2):
        browser.post(join, {"group": group.pk})
    browser.post(leave)
    told = AuditEntry.objects.filter(subject=str(contact.uuid)).order_by("id")
    name = {"group": "Customers"}
    assert list(told.values_list("action", "before", "after"))[-2:] == [
        ("contact.join", {}, name),
        ("contact.leave", name, {}),
    ]
