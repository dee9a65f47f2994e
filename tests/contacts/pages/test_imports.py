"""The pages of an import, as a person without JavaScript walks them."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from contacts import csv_export, tasks
from contacts.models import Contact, Group, Import
from contacts.services import import_runs, imports
from tests.contacts.conftest import Upload
from tests.fixtures import ClientAs

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


def form_values(page: BeautifulSoup) -> dict[str, str]:
    """Return what a browser would send for the form on the check page."""
    form = page.select_one("form[action$='/columns/']")
    assert form
    values = {
        str(field["name"]): field.get(
            "value", "on" if field.get("type") == "checkbox" else ""
        )
        for field in form.select("input[name]")
        if field.get("type") != "checkbox" or field.has_attr("checked")
    }
    for choice in form.select("select"):
        chosen = choice.select_one("option[selected]")
        values[str(choice["name"])] = chosen["value"] if chosen else ""
    return {name: str(value) for name, value in values.items()}


def send(browser: Client, content: bytes) -> object:
    file = SimpleUploadedFile("kunden.csv", content)
    return browser.post("/imports/new/", {"file": file}, follow=True)


def test_file_becomes_contacts_page_by_page(
    browser: Client,
    rung: list[object],
    django_capture_on_commit_callbacks: object,
) -> None:
    page = soup(send(browser, TEXT.encode("cp1252")))
    assert "1 row will be left out" in page.text
    source = Import.objects.get()
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(
            f"/imports/{source.id}/columns/",
            {**form_values(page), "new_group": "New ones", "act": "start"},
        )
    assert rung == [source.id]
    assert "worker is free" in soup(browser.get(f"/imports/{source.id}/")).text
    import_runs.run(source.id)
    stats = soup(browser.get(f"/imports/{source.id}/")).select(".stat-value")
    assert [value.text for value in stats] == ["1", "0", "0", "1", "0"]
    assert Contact.objects.get().custom == {"kundennummer": "4711"}
    assert Group.objects.get(name="New ones").member_count == 1


def test_columns_can_be_mapped_by_hand(browser: Client) -> None:
    page = soup(send(browser, b"Who;Where to\nAnna;0171 1234567\n"))
    assert "Which column holds the mobile numbers?" in page.text
    values = {**form_values(page), "column-0": "firstname", "column-1": "phone"}
    source = Import.objects.get()
    page = soup(browser.post(f"/imports/{source.id}/columns/", values, follow=True))
    assert "The file is fine" in page.text


def test_one_field_takes_one_column(browser: Client) -> None:
    page = soup(send(browser, TEXT.encode()))
    values = {**form_values(page), "column-2": "firstname", "act": "start"}
    answer = browser.post(f"/imports/{Import.objects.get().id}/columns/", values)
    assert answer.status_code == 422
    assert "Another column goes there already." in soup(answer).text


def test_started_import_is_not_changed_any_more(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    values = {"act": "start", "country": "FR", "policy": "skip"}
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
    assert not soup(over).select_one("#import-progress[hx-get]")


def test_cancel_button_cancels(browser: Client, upload: Upload) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    page = browser.post(f"/imports/{source.id}/cancel/", follow=True)
    assert "The import was cancelled" in soup(page).text
    assert not import_runs.run(source.id)


def test_refused_rows_come_back_in_their_columns(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    import_runs.run(source.id)
    answer = browser.get(f"/imports/{source.id}/refused.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert list(csv.reader(io.StringIO(text), delimiter=";")) == [
        ["Vorname", "Handy", "Kundennummer", "Row", "Reason"],
        ["Bo", "12", "'=1+1", "3", "The number is not valid."],
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("+49 171 1234567", "+49 171 1234567"),
        ("+49-171", "'+49-171"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("\tx", "'\tx"),
        ("Anna", "Anna"),
    ],
)
def test_cells_never_run_as_formulas(cell: str, written: str) -> None:
    assert csv_export.neutral(cell) == written
