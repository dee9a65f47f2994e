from __future__ import annotations

import pytest

from contacts import columns, rows
from contacts.models import Contact


@pytest.mark.parametrize(
    ("header", "targets"),
    [
        ("Vorname Name Handy", "firstname lastname phone"),
        ("Name Mobil", "fullname phone"),
        ("Telefon Mobiltelefon", "phone_2 phone"),
        ("First_Name Last-Name Phone_Number", "firstname lastname phone"),
        ("E-Mail-Adresse PLZ Straße Ort", "email postal_code address city"),
        ("Handy Kundennummer", "phone custom:kundennummer"),
        ("Handy Größe größe", "phone custom:groesse custom:groesse_2"),
        ("Handy 1.Rate", "phone custom:field_1_rate"),
        ("HANDY handy", "phone phone_2"),
        ("Telefon Handy2 Handy1 Telefon-2", "phone_3 phone phone_2 -"),
        ("Festnetz Mobil", "home_phone phone"),
        ("Phone_1_-_Value Phone_2_-_Value", "phone phone_2"),
        ("Handy Adresse2", "phone custom:adresse2"),
        ("Handy Row Reason", "phone - -"),
        ("Handy Reason", "phone custom:reason"),
    ],
)
def test_columns_are_guessed_from_headings(header: str, targets: str) -> None:
    found = [target or "-" for target in columns.guess(header.split())]
    assert found == targets.split()


def test_columns_without_headings_are_guessed_by_content() -> None:
    sample = [["Anna", "0171 1234567", "a@example.com"]] * 3
    assert columns.guess_by_content(sample, 3) == ["", "phone", "email"]


def test_lengths_are_those_of_the_database() -> None:
    for name, most in rows.LENGTHS.items():
        room = getattr(Contact._meta.get_field(name), "max_length", None)
        assert room is None or room == most


@pytest.mark.parametrize(
    ("text", "country", "day"),
    [
        ("1990-05-17", "DE", "1990-05-17"),
        ("17.5.1990", "DE", "1990-05-17"),
        ("17.05.90", "DE", "1990-05-17"),
        ("5/17/1990", "US", "1990-05-17"),
        ("17/05/1990", "GB", "1990-05-17"),
        ("17. 5. 1990", "DE", "1990-05-17"),
        ("", "DE", ""),
    ],
)
def test_days_are_read_as_the_country_writes_them(
    text: str, country: str, day: str
) -> None:
    shape = rows.shape({"0": "phone", "1": "birthday"}, country=country, width=2)
    assert rows.clean(["+491711234567", text], shape)[-1] == day


@pytest.mark.parametrize("heading", ["Country", "Notes", "Home phone", "FULLNAME"])
def test_own_field_never_takes_the_name_of_a_column(heading: str) -> None:
    assert columns.slug(heading) == heading.lower().replace(" ", "_") + "_2"


@pytest.mark.parametrize(
    "header",
    [
        ["Mobile number", "In groups", "Added here on", "Lookup: network"],
        ["Mobilnummer", "In Gruppen", "Hier angelegt am", "Nummernabfrage: Netz"],
    ],
)
def test_what_an_export_adds_does_not_come_back(header: list[str]) -> None:
    assert columns.guess(header) == ["phone", "", "", ""]
