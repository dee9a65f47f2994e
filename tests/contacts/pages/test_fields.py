"""Own fields: their page, their kinds, their values on a contact."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User, Workspace
from contacts import tasks
from contacts.models import Contact, CustomField, FieldWork
from contacts.services import contacts, field_works, fields, imports, works
from contacts.services.pace import Pace
from seven_dashboard.errors import Refused
from tests.contacts.conftest import Upload
from tests.fixtures import ClientAs


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def field(workspace: Workspace) -> CustomField:
    return fields.create(workspace=workspace, actor=None, label="Visit")


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def keep(workspace: Workspace, *values: str, slug: str = "visit") -> list[Contact]:
    return [
        contacts.create(
            workspace=workspace, actor=None, firstname="A", custom={slug: value}
        )
        for value in values
    ]


def edit(browser: Client, field: CustomField, **values: str) -> BeautifulSoup:
    wanted = {"label": field.label, "kind": field.kind, **values}
    return soup(browser.post(f"/fields/{field.slug}/edit/", wanted, follow=True))


def test_field_is_made_with_its_variable(browser: Client) -> None:
    values = {"label": "Kunden-Nr.", "kind": "number"}
    page = soup(browser.post("/fields/new/", values, follow=True))
    assert "{{ kunden_nr }}" in page.text
    assert CustomField.objects.get().kind == "number"


def test_name_is_taken_once(browser: Client, field: CustomField) -> None:
    answer = browser.post("/fields/new/", {"label": "visit", "kind": "text"})
    assert answer.status_code == 422
    assert "field of this name already" in soup(answer).text


def test_list_needs_choices(browser: Client) -> None:
    values = {"label": "Colour", "kind": "choice", "choices": "\n"}
    answer = browser.post("/fields/new/", values)
    assert "Write down what one can choose." in soup(answer).text


def test_new_name_keeps_the_variable(browser: Client, field: CustomField) -> None:
    page = edit(browser, field, label="Next visit")
    assert "Next visit" in page.text
    assert "{{ visit }}" in page.text


def test_list_says_how_many_contacts_have_a_field(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    keep(workspace, "a", "b")
    cell = soup(browser.get("/fields/")).select_one("td.num")
    assert cell
    assert cell.text == "2"


def test_values_take_the_form_of_their_new_kind(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    kept = keep(workspace, "17.05.1990", "2026-01-02")
    edit(browser, field, kind="date")
    found = [Contact.objects.get(pk=one.pk).custom["visit"] for one in kept]
    assert found == ["1990-05-17", "2026-01-02"]
    field.refresh_from_db()
    assert field.kind == "date"


def test_values_that_do_not_fit_are_told_and_nothing_changes(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    keep(workspace, "17.05.1990", "soon", "soon", "later")
    page = edit(browser, field, kind="date")
    assert "3 values do not fit the kind" in page.text
    assert [item.text for item in page.select(".banner li")] == ["soon", "later"]
    field.refresh_from_db()
    assert field.kind == "text"
    assert Contact.objects.filter(custom__visit="17.05.1990").exists()


def test_yes_and_no_become_their_words(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    kept = keep(workspace, "ja", "nein")
    edit(browser, field, kind="boolean", yes_word="gern", no_word="nie")
    assert Contact.objects.get(pk=kept[0].pk).custom == {"visit": "1"}
    field.refresh_from_db()
    edit(browser, field, kind="text")
    found = [Contact.objects.get(pk=one.pk).custom["visit"] for one in kept]
    assert found == ["gern", "nie"]


def test_choice_in_use_cannot_be_left_out(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    keep(workspace, "red")
    edit(browser, field, kind="choice", choices="red\nblue")
    field.refresh_from_db()
    page = edit(browser, field, choices="blue")
    assert "1 value does not fit" in page.text
    field.refresh_from_db()
    assert field.choices == ["red", "blue"]


def test_deleting_wants_the_name_and_takes_the_values(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    (kept,) = keep(workspace, "a")
    address = f"/fields/{field.slug}/delete/"
    assert browser.post(address, {"confirm_word": "vis"}).status_code == 422
    browser.post(address, {"confirm_word": "Visit"})
    assert not CustomField.objects.exists()
    assert Contact.objects.get(pk=kept.pk).custom == {}


def test_long_deletion_goes_on_after_a_kill(
    browser: Client,
    workspace: Workspace,
    field: CustomField,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    keep(workspace, "a", "b", "c")
    monkeypatch.setattr(field_works, "STEP_CONTACTS", 1)
    rung: list[object] = []
    monkeypatch.setattr(tasks, "ring_work", rung.append)
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/fields/{field.slug}/delete/", {"confirm_word": "Visit"})
    (work,) = FieldWork.objects.all()
    assert rung == [work]
    assert "Taking “Visit” out" in soup(browser.get("/fields/")).text
    claimed = works.claim(FieldWork, work.id)
    assert claimed
    assert field_works._take_out(claimed, Pace(1))
    FieldWork.objects.update(state="ready")
    assert field_works.run(work.id)
    work.refresh_from_db()
    assert (work.state, work.done) == ("finished", 3)
    assert not Contact.objects.exclude(custom={}).exists()


def test_name_is_not_free_while_values_are_taken_out(
    browser: Client, workspace: Workspace, field: CustomField
) -> None:
    fields.delete(field=field, actor=None)
    answer = browser.post("/fields/new/", {"label": "Visit", "kind": "text"})
    assert "are being changed" in soup(answer).text


def test_field_that_an_import_fills_is_not_changed(
    browser: Client, workspace: Workspace, field: CustomField, upload: Upload
) -> None:
    source = upload("Handy;Visit\n0171 1234567;soon\n")
    imports.start(source=source, actor=None)
    assert "An import is filling this field" in edit(browser, field, kind="date").text


def test_import_does_not_start_while_its_field_is_taken_out(
    workspace: Workspace, field: CustomField, upload: Upload
) -> None:
    source = upload("Handy;Visit\n0171 1234567;soon\n")
    fields.delete(field=field, actor=None)
    with pytest.raises(Refused, match="are being changed"):
        imports.start(source=source, actor=None)
    source.refresh_from_db()
    assert source.state == "uploaded"


def test_polling_ends_when_all_is_done(browser: Client, field: CustomField) -> None:
    work = fields.delete(field=field, actor=None)
    assert browser.get("/fields/progress/").status_code == 200
    field_works.run(work.id)
    assert browser.get("/fields/progress/").status_code == 286


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "read"),
    [
        ("number", "1.234,5", "1234.5", "1,234.5"),
        ("date", "2026-05-17", "2026-05-17", "May 17, 2026"),
        ("boolean", "1", "1", "Yes"),
        ("choice", "red", "red", "red"),
        ("text", " x ", "x", "x"),
    ],
)
def test_value_is_kept_by_its_kind_and_read_in_words(
    browser: Client,
    workspace: Workspace,
    contact: Contact,
    kind: str,
    typed: str,
    stored: str,
    read: str,
) -> None:
    fields.create(
        workspace=workspace, actor=None, label="Visit", kind=kind, choices=["red", "no"]
    )
    values = {"firstname": "Anna", "custom-visit": typed}
    page = browser.post(f"/contacts/{contact.uuid}/edit/", values, follow=True)
    contact.refresh_from_db()
    assert contact.custom == {"visit": stored}
    assert read in [fact.text for fact in soup(page).select(".facts dd")]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("number", "This is no number."), ("date", "This is no date.")],
)
def test_wrong_value_gets_a_sentence(
    browser: Client, workspace: Workspace, kind: str, words: str
) -> None:
    fields.create(workspace=workspace, actor=None, label="Visit", kind=kind)
    values = {"firstname": "Anna", "custom-visit": "soon"}
    page = soup(browser.post("/contacts/new/", values))
    assert words in page.text
    box = page.select_one("[name=custom-visit]")
    assert box
    assert box["value"] == "soon"


def test_number_comes_back_as_it_may_be_typed_again(
    browser: Client, workspace: Workspace
) -> None:
    fields.create(workspace=workspace, actor=None, label="Visit", kind="number")
    (kept,) = keep(workspace, "1.234")
    page = soup(browser.get(f"/contacts/{kept.uuid}/edit/"))
    box = page.select_one("[name=custom-visit]")
    assert box
    assert box["value"] == "1,234"
