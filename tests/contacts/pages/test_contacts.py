from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User, Workspace
from contacts.models import Contact, CustomField, Group, OptOut
from contacts.selectors import lists
from contacts.services import contacts, groups, opt_outs
from tests.fixtures import ClientAs

LIST = "/contacts/"


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def names(answer: object) -> list[str]:
    return [link.text.strip() for link in soup(answer).select("a.row-link")]


@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "Schmidt Anna",
        "Schmidt, Anna",
        "ANNA SCHM",
        "bakery schmidt",
        "anna@exam",
        "0171 1234567",
        "0171/12345",
        "+49 (0)171 123",
        "0049171",
        "4567",
        "171 123",
    ],
)
def test_search_finds_a_contact(browser: Client, contact: Contact, text: str) -> None:
    assert names(browser.get(LIST, {"q": text})) == ["Anna Schmidt"]


@pytest.mark.parametrize(
    "text",
    ["Lukasz", "łukasz muller", "MÜLLER", "straße", "strasse", "4711", "xl", "köln"],
)
def test_search_reads_over_accents_and_finds_own_values(
    browser: Client, workspace: Workspace, text: str
) -> None:
    contacts.create(
        workspace=workspace,
        actor=None,
        firstname="Łukasz",
        lastname="Müller",
        company="Straßenbau",
        custom={"nr": "4711", "size": "XL", "ort": "Köln"},
    )
    assert names(browser.get(LIST, {"q": text})) == ["Łukasz Müller"]


@pytest.mark.parametrize("text", ["nr", "nn", "chmidt x", '"'])
def test_search_finds_no_names_of_fields_and_no_two_letters_inside(
    browser: Client, workspace: Workspace, contact: Contact, text: str
) -> None:
    contacts.update(contact=contact, actor=None, custom={"nr": "4711"})
    assert names(browser.get(LIST, {"q": text})) == []


@pytest.mark.parametrize("text", ["%", "_nna", "anna%", "bert", "0172", "\\"])
def test_search_takes_wildcards_literally(
    browser: Client, contact: Contact, text: str
) -> None:
    assert names(browser.get(LIST, {"q": text})) == []


def test_list_shows_only_the_own_workspace(
    browser: Client, other_workspace: Workspace, contact: Contact
) -> None:
    contacts.create(workspace=other_workspace, actor=None, firstname="Foreign")
    assert names(browser.get(LIST)) == ["Anna Schmidt"]


def test_pages_lead_on_and_back(
    browser: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lists.page.__kwdefaults__
    monkeypatch.setitem(lists.page.__kwdefaults__, "size", 2)
    for name in "ABCDE":
        contacts.create(workspace=workspace, actor=None, firstname=name)
    seen, url = [], f"{LIST}?state=&q="
    while url:
        answer = browser.get(url)
        seen.append(names(answer))
        link = soup(answer).select_one("a[rel=next]")
        url = f"{LIST}{link['href']}" if link else ""
    assert seen == [["E", "D"], ["C", "B"], ["A"]]
    back = soup(answer).select_one("a[rel=prev]")
    assert back
    assert names(browser.get(f"{LIST}{back['href']}")) == ["C", "B"]


@pytest.mark.parametrize(
    ("state", "expected"), [("opted_out", ["Anna Schmidt"]), ("reachable", ["Bo"])]
)
def test_list_is_filtered_by_opt_out(
    browser: Client,
    workspace: Workspace,
    contact: Contact,
    state: str,
    expected: list[str],
) -> None:
    contacts.create(
        workspace=workspace, actor=None, firstname="Bo", phone="+491721111111"
    )
    opt_outs.add(workspace=workspace, phone=contact.phone, source="reply")
    assert names(browser.get(LIST, {"state": state})) == expected


def test_created_contact_has_its_number_in_international_form(
    browser: Client, workspace: Workspace
) -> None:
    CustomField.objects.create(workspace=workspace, slug="size", label="Size")
    browser.post(
        "/contacts/new/",
        {"firstname": "Bo", "phone": "0172 111 11 11", "custom-size": "XL"},
    )
    contact = Contact.objects.get()
    assert (contact.phone, contact.country) == ("+491721111111", "DE")
    assert contact.custom == {"size": "XL"}


def test_wrong_number_is_explained_beside_the_field(browser: Client) -> None:
    answer = browser.post("/contacts/new/", {"firstname": "Bo", "phone": "12"})
    error = soup(answer).select_one("#id_phone_error")
    assert error
    assert "not a valid phone number" in error.text
    assert not Contact.objects.exists()


def test_taken_number_leads_to_the_contact_that_has_it(
    browser: Client, contact: Contact
) -> None:
    answer = browser.post("/contacts/new/", {"phone": "+49 (0)171 1234567"})
    assert soup(answer).select_one(f"a[href='/contacts/{contact.uuid}/']")
    assert Contact.objects.count() == 1


def test_edit_keeps_what_it_does_not_show(browser: Client, contact: Contact) -> None:
    Contact.objects.update(custom={"old": "value"})
    browser.post(
        f"/contacts/{contact.uuid}/edit/",
        {"firstname": "Hanna", "phone": contact.phone},
    )
    contact.refresh_from_db()
    assert (contact.firstname, contact.custom) == ("Hanna", {"old": "value"})


def test_edit_is_in_the_audit_trail(browser: Client, contact: Contact) -> None:
    values = {"firstname": "Hanna", "lastname": "Schmidt", "phone": contact.phone}
    browser.post(f"/contacts/{contact.uuid}/edit/", values)
    entry = AuditEntry.objects.get(action="contact.update")
    assert entry.before["firstname"] == "Anna"
    assert entry.after == {"firstname": "Hanna"}


def test_opt_out_and_back_from_the_contact(browser: Client, contact: Contact) -> None:
    browser.post(f"/contacts/{contact.uuid}/opt-out/")
    badge = soup(browser.get(f"/contacts/{contact.uuid}/")).select_one("h1 .status")
    assert badge
    assert badge.text == "Opted out"
    browser.post(f"/contacts/{contact.uuid}/allow/", {"reason": "A call"})
    assert not OptOut.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="opt_out").count()
    assert actions == 2


def test_opt_out_outlives_the_contact(browser: Client, contact: Contact) -> None:
    browser.post(f"/contacts/{contact.uuid}/opt-out/")
    browser.post(f"/contacts/{contact.uuid}/delete/")
    assert not Contact.objects.exists()
    assert OptOut.objects.get().phone == "+491711234567"


def test_selected_rows_join_and_leave_a_group(
    browser: Client, contact: Contact, group: Group
) -> None:
    values = {"rows": [str(contact.uuid)], "group": str(group.id)}
    for _twice in range(2):
        browser.post("/contacts/bulk/", {**values, "act": "add"})
    group.refresh_from_db()
    assert group.member_count == 1
    browser.post("/contacts/bulk/", {**values, "act": "remove"})
    group.refresh_from_db()
    assert group.member_count == 0


def test_deleting_selected_rows_asks_first(browser: Client, contact: Contact) -> None:
    values = {"rows": [str(contact.uuid)], "act": "delete"}
    page = browser.post("/contacts/bulk/", values)
    assert Contact.objects.exists()
    form = {i["name"]: i["value"] for i in soup(page).select("main input[name]")}
    browser.post("/contacts/bulk/", {**form, "rows": values["rows"]})
    assert not Contact.objects.exists()


def test_bulk_never_leads_to_another_site(browser: Client, contact: Contact) -> None:
    values = {"rows": [str(contact.uuid)], "act": "opt_out", "confirmed": "1"}
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = browser.post("/contacts/bulk/", {**values, "back": back})
        assert answer["Location"] == reverse("contacts:contact_list")


def test_group_page_lists_its_members(
    browser: Client, workspace: Workspace, contact: Contact, group: Group
) -> None:
    contacts.create(workspace=workspace, actor=None, firstname="Alone")
    groups.add(group=group, uuids=[contact.uuid], actor=None)
    answer = browser.get(f"/groups/{group.id}/", follow=True)
    assert names(answer) == ["Anna Schmidt"]


def test_reader_sees_no_buttons_that_change(
    reader: User, client_as: ClientAs, contact: Contact
) -> None:
    page = soup(client_as(reader).get(LIST))
    assert not page.select("[data-bulk-bar], input[name=rows]")
    assert not page.select("a[href='/contacts/new/']")


def test_contact_that_goes_while_it_is_edited_is_said_to_be_gone(
    contact: Contact,
) -> None:
    contacts.delete(workspace=contact.workspace, uuids=[contact.uuid], actor=None)
    with pytest.raises(contacts.Gone):
        contacts.update(contact=contact, actor=None, city="Kiel")
