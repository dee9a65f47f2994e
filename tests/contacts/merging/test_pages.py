"""The pages of merging and of duplicates, as a person sees them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contacts.models import Contact, Duplicate, DuplicateSearch, Group, Merge
from contacts.services import contacts, groups, opt_outs
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import soup, words


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def preview(contact: Contact, twin: Contact) -> str:
    return reverse("contacts:contact_merge", args=[contact.uuid, twin.uuid])


def test_preview_offers_both_values_of_a_field(
    browser: Client, contact: Contact, twin: Contact
) -> None:
    page = soup(browser.get(preview(contact, twin)))
    row = page.select("input[name=choice-firstname]")
    assert [field.parent.get_text(strip=True) for field in row if field.parent] == [
        "Anna",
        "Anne",
    ]
    chosen = page.select_one("input[name=choice-firstname][checked]")
    assert chosen and chosen["value"] == "other"


def test_preview_says_that_one_has_opted_out(
    browser: Client, contact: Contact, twin: Contact
) -> None:
    opt_outs.add(workspace=contact.workspace, phone=twin.phone, source="reply")
    assert "opted out" in words(browser.get(preview(contact, twin)), ".banner")


def test_chosen_values_stay(browser: Client, contact: Contact, twin: Contact) -> None:
    page = soup(browser.get(preview(contact, twin)))
    seen = page.select_one("input[name=seen]")
    assert seen
    values = {"seen": str(seen["value"]), "choice-firstname": "kept"}
    answer = browser.post(preview(contact, twin), values)
    assert answer["Location"] == reverse("contacts:contact_detail", args=[contact.uuid])
    assert Contact.objects.get().firstname == "Anna"


def test_merge_of_changed_contacts_shows_the_new_values(
    browser: Client, contact: Contact, twin: Contact
) -> None:
    values = {"seen": "old", "choice-firstname": "kept"}
    answer = browser.post(preview(contact, twin), values)
    assert answer.status_code == 422
    chosen = soup(answer).select_one("input[name=choice-firstname][checked]")
    assert chosen and chosen["value"] == "kept"
    assert Contact.objects.count() == 2


def test_second_submit_leads_to_the_merged_contact(
    browser: Client, merged: Merge
) -> None:
    where = reverse(
        "contacts:contact_merge", args=[merged.kept_uuid, merged.removed_uuid]
    )
    answer = browser.post(where, {"seen": "old"})
    assert answer["Location"].endswith(f"/contacts/{merged.kept_uuid}/")


def test_old_address_leads_to_the_merged_contact(
    browser: Client, merged: Merge
) -> None:
    answer = browser.get(reverse("contacts:contact_detail", args=[merged.removed_uuid]))
    assert answer["Location"].endswith(f"/{merged.kept_uuid}/")


def test_merge_is_undone_from_the_contact(browser: Client, merged: Merge) -> None:
    page = browser.get(reverse("contacts:contact_detail", args=[merged.kept_uuid]))
    address = reverse("contacts:merge_undo", args=[merged.pk])
    assert soup(page).select_one(f"form[action='{address}']")
    answer = browser.post(address, follow=True)
    assert "two contacts again" in words(answer, "body")
    assert Contact.objects.count() == 2


def test_undo_tells_what_stays_changed(browser: Client, merged: Merge) -> None:
    kept = Contact.objects.get()
    contacts.update(contact=kept, actor=None, city="Hamburg")
    answer = browser.post(reverse("contacts:merge_undo", args=[merged.pk]), follow=True)
    assert "stays as it is: City" in words(answer, "body")


def test_other_contact_is_found_by_number(
    browser: Client, contact: Contact, twin: Contact
) -> None:
    address = reverse("contacts:contact_merge_with", args=[contact.uuid])
    page = soup(browser.get(address, {"q": "0171 9999999"}))
    links = [str(link["href"]) for link in page.select("a.row-link")]
    assert links == [preview(contact, twin)]


def test_contact_is_not_offered_to_itself(browser: Client, contact: Contact) -> None:
    address = reverse("contacts:contact_merge_with", args=[contact.uuid])
    assert not soup(browser.get(address)).select("a.row-link")


def test_suggested_pair_is_listed_until_dismissed(
    browser: Client, pair: Duplicate
) -> None:
    address = reverse("contacts:duplicate_list")
    assert "Same e-mail address" in words(browser.get(address), ".pair")
    browser.post(reverse("contacts:duplicate_dismiss", args=[pair.pk]))
    assert not soup(browser.get(address)).select(".pair")
    assert soup(browser.get(address, {"state": "dismissed"})).select(".pair")
    browser.post(reverse("contacts:duplicate_recall", args=[pair.pk]))
    assert soup(browser.get(address)).select(".pair")


def test_pairs_come_in_keyset_pages(browser: Client, contact: Contact) -> None:
    others = [
        contacts.create(workspace=contact.workspace, actor=None, lastname=f"N{n}")
        for n in range(26)
    ]
    for other in others:
        Duplicate.objects.create(
            workspace=contact.workspace,
            first=contact,
            second=other,
            reason="email",
            found_at=contact.created_at,
        )
    page = soup(browser.get(reverse("contacts:duplicate_list")))
    older = page.select_one("a[rel=next]")
    assert older and len(page.select(".pair")) == 25
    address = reverse("contacts:duplicate_list") + str(older["href"])
    assert len(soup(browser.get(address)).select(".pair")) == 1


@pytest.mark.django_db(transaction=True)
def test_search_is_started_from_the_page(browser: Client) -> None:
    browser.post(reverse("contacts:duplicate_search"))
    assert DuplicateSearch.objects.get().created_by is not None


def test_group_is_added_and_taken_away_in_place(
    browser: Client, contact: Contact, group: Group
) -> None:
    htmx = {"HX-Request": "true"}
    add = reverse("contacts:contact_group_add", args=[contact.uuid])
    answer = browser.post(add, {"group": str(group.pk)}, headers=htmx)
    assert words(answer, ".tag") == "Customers"
    take = reverse("contacts:contact_group_remove", args=[contact.uuid, group.pk])
    assert "In no group" in words(browser.post(take, headers=htmx), "div")


def test_contact_is_not_put_into_a_group_of_another_workspace(
    browser: Client, contact: Contact, stranger: User
) -> None:
    theirs = stranger.memberships.get().workspace
    group = groups.create(workspace=theirs, name="Theirs", actor=None)
    address = reverse("contacts:contact_group_add", args=[contact.uuid])
    assert browser.post(address, {"group": str(group.pk)}).status_code == 404
