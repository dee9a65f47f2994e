"""Refused rows come back as a file, and no cell of it runs."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.test import Client

from accounts.models import User
from contacts import csv_export
from contacts.services import import_runs, imports
from tests.contacts.conftest import Upload
from tests.fixtures import ClientAs

TEXT = "Vorname;Handy;Kundennummer\nAnna;0171 1234567;4711\nBo;12;=1+1\n"


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


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


def test_refused_rows_come_as_a_spreadsheet_too(
    browser: Client, upload: Upload
) -> None:
    source = upload(TEXT)
    imports.start(source=source, actor=None)
    import_runs.run(source.id)
    answer = browser.get(f"/imports/{source.id}/refused.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert list(sheet.values) == [
        ("Vorname", "Handy", "Kundennummer", "Row", "Reason"),
        ("Bo", "12", "=1+1", "3", "The number is not valid."),
    ]
    assert sheet["C2"].data_type == "s"


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
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Anna", "Anna"),
    ],
)
def test_cells_never_run_as_formulas(cell: str, written: str) -> None:
    assert csv_export.neutral(cell) == written


@pytest.mark.parametrize(
    ("separator", "cell", "written"),
    [
        (";", "Hi,=cmd|' /C calc'!A0,x", "Hi,'=cmd|' /C calc'!A0,x"),
        (",", "Hi;=cmd|' /C calc'!A0;x", "Hi;'=cmd|' /C calc'!A0;x"),
        (";", "Hi\n@SUM(A1)", "Hi\n'@SUM(A1)"),
        (";", "19,- (not 29,-) ;-)", "19,- (not 29,-) ;-)"),
        (",", "19,- (not 29,-) ;-)", "19,- (not 29,-) ;-)"),
    ],
)
def test_other_separator_makes_no_formula(
    separator: str, cell: str, written: str
) -> None:
    _mark, line = csv_export.lines([["1", cell]], separator=separator)
    assert next(csv.reader([line], delimiter=separator))[1] == written
