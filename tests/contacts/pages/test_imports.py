"""The pages of an import, as a person without JavaScript walks them."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Role, User, Workspace
from contacts import tasks
from contacts.models import (
    Contact,
    CustomField,
    Group,
    Import,
    ImportCheck,
    ImportUndo,
)
from contacts.services import import_checks, import_runs, import_undos, imports
from tests.contacts.conftest import Upload
from tests.fixtures import ClientAs, add_member
from tests.journeys.visitor import values_of

TEXT = "Vorname;Handy;Kundennummer\nAnna;0171 1234567;4711\nBo;12;=1+1\n"


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr(tasks, "ring", found.append)
    return found


def soup(answer: object) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")  # type: ignore[attr-defined]


def form_values(page: BeautifulSoup) -> dict[str, object]:
    """Return what a browser would send for the form of the columns."""
    form = page.select_one("form[action$='/columns/']")
    assert form, page.text
    values: dict[str, object] = {}
    for name, value in values_of(form):
        values[name] = [*values.get(name, []), value]  # type: ignore[misc]
    return values


def send(browser: Client, content: bytes, name: str = "kunden.csv") -> object:
    file = SimpleUploadedFile(name, content)
    return browser.post("/imports/new/", {"file": file}, follow=True)


def choose(browser: Client, page: BeautifulSoup, **values: object) -> BeautifulSoup:
    """Go on from the columns of the newest import to its check."""
    source = Import.objects.latest("created_at")
    wanted = {**form_values(page), **values}
    return soup(browser.post(f"/imports/{source.id}/columns/", wanted, follow=True))


def start(browser: Client) -> Import:
    source = Import.objects.latest("created_at")
    browser.post(f"/imports/{source.id}/start/")
    import_runs.run(source.id)
    source.refresh_from_db()
    return source


def test_file_becomes_contacts_page_by_page(
    browser: Client,
    rung: list[object],
    django_capture_on_commit_callbacks: object,
) -> None:
    page = soup(send(browser, TEXT.encode("cp1252")))
    page = choose(browser, page, new_group="New ones")
    assert "1 row will be left out" in page.text
    source = Import.objects.get()
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/imports/{source.id}/start/")
    assert rung == [source.id]
    assert "worker is free" in soup(browser.get(f"/imports/{source.id}/")).text
    import_runs.run(source.id)
    stats = soup(browser.get(f"/imports/{source.id}/")).select(".stat-value")
    assert [value.text for value in stats] == ["1", "0", "0", "1", "0"]
    assert Contact.objects.get().custom == {"kundennummer": "4711"}
    assert Group.objects.get(name="New ones").member_count == 1


def test_columns_can_be_mapped_by_hand(browser: Client) -> None:
    page = soup(send(browser, b"Who;Where to\nAnna;0171 1234567\n"))
    assert "Which column holds" in page.text
    assert "Choose the column that holds" in choose(browser, page).text
    values = {"column-0": "firstname", "column-1": "phone"}
    assert "The file is fine" in choose(browser, page, **values).text


def test_one_field_takes_one_column(browser: Client) -> None:
    page = soup(send(browser, TEXT.encode()))
    assert "Another column goes there already." in (
        choose(browser, page, **{"column-2": "firstname"}).text
    )


def test_second_number_alone_is_the_first(browser: Client) -> None:
    choose(browser, soup(send(browser, TEXT.encode())), **{"column-1": "phone_2"})
    assert Import.objects.get().mapping["1"] == "phone"


def test_preview_shows_contacts_and_not_cells(browser: Client) -> None:
    text = "Vorname;Handy;Termin\nAnna;0171 1234567;17.05.2026\n"
    page = choose(browser, soup(send(browser, text.encode())))
    cells = [cell.text for cell in page.select("td.clip")]
    assert cells == ["+49\xa0171\xa01234567DE", "Anna", "May 17, 2026"]


def test_new_field_has_the_guessed_kind_and_the_given_name(browser: Client) -> None:
    text = "Vorname;Handy;Termin\nAnna;0171 1234567;17.05.2026\n"
    page = soup(send(browser, text.encode()))
    choose(browser, page, **{"name-2": "Next visit"})
    start(browser)
    field = CustomField.objects.get()
    assert (field.slug, field.label, field.kind) == ("next_visit", "Next visit", "date")


def test_list_of_choices_comes_from_the_file(browser: Client) -> None:
    text = "Handy;Farbe\n0171 1234567;rot\n0171 1234568;blau\n0171 1234569;Rot\n"
    choose(browser, soup(send(browser, text.encode())), **{"kind-1": "choice"})
    start(browser)
    assert CustomField.objects.get().choices == ["rot", "blau"]


def test_too_many_choices_are_refused_beside_the_kind(browser: Client) -> None:
    rows = "".join(f"0171 12345{n:02};v{n}\n" for n in range(60))
    page = soup(send(browser, f"Handy;Farbe\n{rows}".encode()))
    page = choose(browser, page, **{"kind-1": "choice"})
    assert "more than 50 different values" in page.text


def test_several_groups_and_a_new_one(browser: Client, group: Group) -> None:
    page = soup(send(browser, TEXT.encode()))
    choose(browser, page, groups=[str(group.pk)], new_group="New ones")
    source = start(browser)
    assert {one.name for one in source.groups.all()} == {"Customers", "New ones"}


def test_next_file_like_it_is_read_as_last_time(browser: Client, group: Group) -> None:
    page = soup(send(browser, TEXT.encode()))
    values = {"column-2": "", "country": "AT", "policy": "fill"}
    choose(browser, page, groups=[str(group.pk)], **values)
    start(browser)
    page = soup(send(browser, b"Kundennummer;HANDY;Vorname\n1;0171 1;Bo\n"))
    assert "As last time" in page.text
    source = Import.objects.latest("created_at")
    assert source.mapping == {"1": "phone", "2": "firstname"}
    assert (source.country, source.policy) == ("AT", "fill")
    assert list(source.groups.all()) == [group]


def test_memory_can_be_left_for_a_new_guess(browser: Client) -> None:
    choose(browser, soup(send(browser, TEXT.encode())), **{"column-2": ""})
    start(browser)
    send(browser, TEXT.encode())
    source = Import.objects.latest("created_at")
    page = soup(browser.post(f"/imports/{source.id}/guess/", follow=True))
    assert "As last time" not in page.text
    source.refresh_from_db()
    assert source.mapping["2"] == "custom:kundennummer"


def test_wrong_guess_of_the_encoding_is_corrected(browser: Client) -> None:
    send(browser, "Vorname;Handy\nJörg;0171 1234567\n".encode("cp850"))
    source = Import.objects.get()
    values = {"encoding": "cp850", "delimiter": ";", "has_header": "on"}
    page = browser.post(f"/imports/{source.id}/reading/", values, follow=True)
    assert "Jörg" in soup(page).text
    assert "Text in DOS, Western Europe, cells parted by semicolons" in soup(page).text


def test_encoding_that_does_not_fit_is_said(browser: Client) -> None:
    send(browser, "Vorname;Handy\nJörg;0171 1234567\n".encode("cp1252"))
    source = Import.objects.get()
    values = {"encoding": "utf-8", "delimiter": ";", "has_header": "on"}
    answer = browser.post(f"/imports/{source.id}/reading/", values)
    assert answer.status_code == 422
    assert "cannot be read in this encoding" in soup(answer).text


def test_other_sheet_of_a_workbook_is_read(browser: Client) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Umsatz", "Monat"])
    book.active.append(["12", "Mai"])
    people = book.create_sheet("Kunden")
    people.append(["Vorname", "Handy"])
    people.append(["Anna", "0171 1234567"])
    stream = io.BytesIO()
    book.save(stream)
    page = soup(send(browser, stream.getvalue(), "two.xlsx"))
    assert "Sheet “Sheet”" in page.text
    source = Import.objects.get()
    values = {"sheet": "1", "has_header": "on"}
    page = soup(browser.post(f"/imports/{source.id}/reading/", values, follow=True))
    assert "Sheet “Kunden”" in page.text
    source.refresh_from_db()
    assert source.mapping == {"0": "firstname", "1": "phone"}


@pytest.mark.parametrize(
    ("text", "contacts"),
    [
        ("0171 1234567\n\n0171 1234568\n", 2),
        ("0171 1234567, 0171 1234568", 2),
        ("Vorname\tHandy\nAnna\t0171 1234567", 1),
        ("Anna Schmidt: 0171 1234567\nBo <bo@example.com> +49 171 1234568", 2),
    ],
    ids=["lines", "commas", "spreadsheet", "mail"],
)
def test_pasted_text_is_imported(browser: Client, text: str, contacts: int) -> None:
    page = soup(browser.post("/imports/paste/", {"text": text}, follow=True))
    choose(browser, page)
    assert start(browser).created == contacts


def test_pasted_names_and_addresses_are_kept(browser: Client) -> None:
    text = "Anna Schmidt: 0171 1234567\n* Bo <bo@example.com>, +49 171 1234568"
    choose(browser, soup(browser.post("/imports/paste/", {"text": text}, follow=True)))
    start(browser)
    found = Contact.objects.order_by("phone").values_list("lastname", "email")
    assert list(found) == [("Schmidt", ""), ("", "bo@example.com")]


def test_pasted_text_is_named_by_its_moment(browser: Client) -> None:
    browser.post("/imports/paste/", {"text": "0171 1234567"})
    assert Import.objects.get().filename.startswith("Pasted on ")


def test_nothing_pasted_is_said(browser: Client) -> None:
    answer = browser.post("/imports/paste/", {"text": " \n"})
    assert answer.status_code == 422


def test_started_import_is_not_changed_any_more(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    values = {"country": "FR", "policy": "skip"}
    browser.post(f"/imports/{source.id}/columns/", values)
    source.refresh_from_db()
    assert source.country == "DE"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 x", "PDF document"),
        (b"", "The file is empty"),
        (b"Vorname;Handy\n", "no rows under them"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text that can be read"),
    ],
    ids=["pdf", "empty", "header", "png"],
)
def test_wrong_file_gets_a_clear_sentence(
    browser: Client, content: bytes, words: str
) -> None:
    answer = send(browser, content)
    error = soup(answer).select_one(".field-error")
    assert error
    assert words in error.text
    assert not Import.objects.exists()


def test_check_counts_exactly_and_names_the_cell(
    browser: Client, contact: Contact
) -> None:
    text = "Vorname;Handy;Geburtstag\nAnna;0171 1234567;\nBo;0171 2;\n"
    text += "Cy;0171 1234568;soon\nDi;0171 1234569;1990-05-17\n"
    page = choose(browser, soup(send(browser, text.encode())))
    stats = [value.text for value in page.select(".stat-value")]
    assert stats == ["1", "0", "1", "2", "0"]
    blamed = [cell.text for cell in page.select("mark.cell")]
    assert blamed == ["0171 2", "soon"]
    assert [fact.text for fact in page.select(".facts dt")] == ["1", "1"]
    assert Contact.objects.count() == 1


def test_consecutive_numbers_want_a_tick(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_checks, "LONG_RUN", 3)
    rows = "".join(f"0151 200001{n:02}\n" for n in range(4))
    page = choose(browser, soup(send(browser, f"Handy\n{rows}".encode())))
    assert "These numbers follow one another" in page.text
    source = Import.objects.get()
    refused = browser.post(f"/imports/{source.id}/start/")
    assert refused.status_code == 422
    assert "Tick this to go on" in soup(refused).text
    browser.post(f"/imports/{source.id}/start/", {"runs_ok": "on"})
    source.refresh_from_db()
    assert source.state == Import.State.READY


def test_large_file_is_checked_in_the_background(
    browser: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    monkeypatch.setattr(import_checks, "AT_ONCE_ROWS", 1)
    rung_works: list[ImportCheck] = []
    monkeypatch.setattr(tasks, "ring_work", rung_works.append)
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        page = choose(browser, soup(send(browser, TEXT.encode())))
    assert page.select_one("#import-check[hx-get]")
    assert not page.select_one("form[action$='/start/']")
    source = Import.objects.get()
    address = f"/imports/{source.id}/check/"
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert browser.post(f"/imports/{source.id}/start/").status_code == 302
    import_checks.run(rung_works[0].id)
    over = browser.get(address, headers={"HX-Request": "true"})
    assert over.status_code == 286
    assert "Import 1 contact" in soup(over).text


def test_undo_takes_the_contacts_back_and_says_so(browser: Client) -> None:
    choose(browser, soup(send(browser, TEXT.encode())))
    source = start(browser)
    asked = soup(browser.get(f"/imports/{source.id}/undo/"))
    assert "1 contact that it added is deleted" in asked.text
    browser.post(f"/imports/{source.id}/undo/")
    page = soup(browser.get(f"/imports/{source.id}/"))
    assert page.select_one("#import-progress[hx-get]")
    import_undos.run(ImportUndo.objects.get().id)
    page = soup(browser.get(f"/imports/{source.id}/"))
    assert "The import was undone" in page.text
    assert "1 contact was deleted." in page.text
    assert not page.select_one("a[href$='/undo/']")
    assert not Contact.objects.exists()


def test_old_import_offers_no_undo_but_stays_readable(browser: Client) -> None:
    choose(browser, soup(send(browser, TEXT.encode())))
    source = start(browser)
    Import.objects.update(finished_at=timezone.now() - timedelta(days=2))
    imports.forget_old()
    page = soup(browser.get(f"/imports/{source.id}/"))
    assert not page.select_one("a[href$='/undo/']")
    assert page.select_one("mark.cell")
    answer = browser.post(f"/imports/{source.id}/undo/", follow=True)
    assert "can no longer be undone" in soup(answer).text


def test_reader_is_told_that_somebody_is_still_choosing(
    upload: Upload, workspace: Workspace, client_as: ClientAs
) -> None:
    reader = add_member(workspace, "reader@wizard.example", Role.READER)
    page = soup(client_as(reader).get(f"/imports/{upload(TEXT).id}/"))
    assert "is still choosing" in page.text
    assert not page.select_one("#import-progress[hx-get]")


def test_polling_goes_on_until_the_import_is_over(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    running = browser.get(f"/imports/{source.id}/progress/")
    assert running.status_code == 200
    assert soup(running).select_one("#import-progress[hx-get]")
    import_runs.run(source.id)
    over = browser.get(f"/imports/{source.id}/progress/")
    assert over.status_code == 286
    assert "the import is finished" in over["HX-Trigger"]
    assert not soup(over).select_one("#import-progress[hx-get]")


def test_cancel_button_cancels(browser: Client, upload: Upload) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    page = browser.post(f"/imports/{source.id}/cancel/", follow=True)
    assert "The import was cancelled" in soup(page).text
    assert not import_runs.run(source.id)
