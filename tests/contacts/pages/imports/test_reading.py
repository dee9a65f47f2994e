"""How a file or a pasted text is read, and what is said of one that cannot be."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client

from contacts.models import Contact, Import
from tests.contacts.pages.imports.conftest import choose, send, soup, start


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
