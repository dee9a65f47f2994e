"""Where the columns of a file go, guessed, remembered or chosen by hand."""

from __future__ import annotations

from django.test import Client

from contacts.models import CustomField, Group, Import
from tests.contacts.pages.imports.conftest import TEXT, choose, send, soup, start


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


def test_equal_headings_become_fields_of_their_own(browser: Client) -> None:
    page = soup(send(browser, b"Handy;Farbe;Farbe\n0171 1234567;rot;blau\n"))
    choose(browser, page)
    start(browser)
    assert {field.slug: field.label for field in CustomField.objects.all()} == {
        "farbe": "Farbe",
        "farbe_2": "Farbe 2",
    }


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


def test_group_made_for_one_file_is_not_that_of_the_next(
    browser: Client, group: Group
) -> None:
    page = soup(send(browser, TEXT.encode()))
    choose(browser, page, groups=[str(group.pk)], new_group="Friday")
    start(browser)
    send(browser, TEXT.encode())
    assert list(Import.objects.latest("created_at").groups.all()) == [group]


def test_memory_can_be_left_for_a_new_guess(browser: Client, group: Group) -> None:
    page = soup(send(browser, TEXT.encode()))
    choose(browser, page, groups=[str(group.pk)], **{"column-2": ""})
    start(browser)
    send(browser, TEXT.encode())
    source = Import.objects.latest("created_at")
    page = soup(browser.post(f"/imports/{source.id}/guess/", follow=True))
    assert "As last time" not in page.text
    source.refresh_from_db()
    assert source.mapping["2"] == "custom:kundennummer"
    assert not source.groups.exists()
