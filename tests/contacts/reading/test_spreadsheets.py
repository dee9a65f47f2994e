"""Spreadsheets written by three other libraries."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from contacts.reading import sheets, tables
from contacts.reading.errors import Unreadable

HEADER = ["Vorname", "Handy", "Geburtstag"]
DAY = dt.date(1990, 5, 17)


def read(path: Path) -> list[tables.Row]:
    target = path.with_suffix(".converted")
    sheets.convert(path, target)
    return list(tables.rows(target, tables.inspect(target, is_numbered=True)))


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"], sheet["C3"], sheet["D3"] = HEADER
    sheet["B4"], sheet["C4"], sheet["D4"] = "Jörg 😀", 491711234567, DAY
    sheet["B6"], sheet["C6"] = "Anna", "0171 1234567"
    sheet.merge_cells("B8:C8")
    sheet["B8"] = "merged"
    sheet["D6"] = '=HYPERLINK("http://127.0.0.1")'
    book.save(path)


def write_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, heading in enumerate(HEADER):
        sheet.write(0, column, heading)
    sheet.write(1, 0, "Jörg 😀")
    sheet.write(1, 1, 491711234567)
    sheet.write(1, 2, DAY, day)
    book.save(str(path))


def write_ods(path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="One")
    for values in (HEADER, ["Jörg 😀", 491711234567, DAY]):
        row = TableRow()
        for value in values:
            row.addElement(_ods_cell(value))
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def _ods_cell(value: object) -> TableCell:
    if isinstance(value, int):
        return TableCell(valuetype="float", value=value)
    if isinstance(value, dt.date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.xls", write_xls), ("a.ods", write_ods), ("a.xlsx", write_xlsx)],
)
def test_number_and_day_come_back_whole(
    tmp_path: Path, name: str, write: object
) -> None:
    assert callable(write)
    write(tmp_path / name)
    assert read(tmp_path / name)[0][1] == ["Jörg 😀", "491711234567", "1990-05-17"]


def test_row_numbers_are_those_of_the_sheet(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx")
    assert [number for number, _cells in read(tmp_path / "a.xlsx")] == [4, 6, 8]


def test_first_sheet_that_holds_something_counts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Second").append(["Handy"])
    book["Second"].append(["0171 1234567"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx") == [(2, ["0171 1234567"])]


def test_sheet_that_claims_millions_of_cells_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Handy", "0171 1234567"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match="spreadsheet_too_large"):
        read(tmp_path / "a.xlsx")


def test_archive_bomb_is_refused_unopened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"x")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 << 20))
    with pytest.raises(Unreadable, match="archive_bomb"):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 and no more", "spreadsheet_broken"),
        (sheets.OLE_MARK + bytes(2000), "spreadsheet_broken"),
    ],
    ids=["zip", "ole"],
)
def test_broken_spreadsheet_says_so(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(Unreadable, match=code):
        read(tmp_path / "a.xlsx")


def test_other_archive_is_no_spreadsheet(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("contacts.csv", "Handy\n0171 1234567\n")
    with pytest.raises(Unreadable, match="archive"):
        read(tmp_path / "a.zip")


def test_another_sheet_can_be_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Cover"
    second = book.create_sheet("People")
    second["A1"], second["A2"] = "Handy", "0171 1234567"
    book.save(tmp_path / "two.xlsx")
    found = sheets.convert(tmp_path / "two.xlsx", tmp_path / "out.csv", sheet=1)
    assert found == sheets.Workbook(["Sheet", "People"], 1)
    assert (tmp_path / "out.csv").read_text().split() == [
        "1,Handy",
        "2,0171",
        "1234567",
    ]
