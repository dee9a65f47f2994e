"""Any spreadsheet reads back: XLSX, XLS and ODS, with whatever cells may hold."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from contacts.reading import sheet_process

Value = str | int | float | bool | dt.date | None
HEADER: list[Value] = ["Vorname", "Handy", "Notiz"]
# Blanks are single and inside: ODS and XML as such fold the others.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=8,
)
TEXTS = (
    st.lists(WORDS, min_size=1, max_size=3)
    .map(" ".join)
    # "=" opens a formula, and these are how XLSX writes what XML cannot.
    .filter(lambda text: not text.startswith("=") and "_x" not in text)
)
VALUES: st.SearchStrategy[Value] = st.one_of(
    TEXTS,
    st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1),
    st.floats(min_value=-1e9, max_value=1e9).map(lambda value: round(value, 4)),
    st.booleans(),
    # Before March 1900 spreadsheet programs do not agree on the days.
    st.dates(min_value=dt.date(1900, 3, 1), max_value=dt.date(2999, 12, 31)),
    st.none(),
)
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES).map(list), max_size=6)


def as_text(value: Value) -> str:
    """Return what a person would type for the value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float) and len(str(value).partition(".")[2]) == 3:
        # 1.375 would be read as thousands in a country with a decimal comma.
        return f"{value}0"
    return str(value).strip()


def write_xlsx(path: Path, rows: list[list[Value]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def write_xls(path: Path, rows: list[list[Value]]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write(at, column, value, day)
            elif value is not None:
                sheet.write(at, column, value)
    book.save(str(path))


def write_ods(path: Path, rows: list[list[Value]]) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="One")
    for values in rows:
        row = TableRow()
        for value in values:
            row.addElement(_ods_cell(value))
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(path))


def _ods_cell(value: Value) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=repr(value))
    if isinstance(value, dt.date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.xlsx", write_xlsx), ("a.xls", write_xls), ("a.ods", write_ods)],
)
@settings(max_examples=60)
@given(rows=ROWS)
def test_spreadsheet_reads_back(
    name: str, write: Callable[[Path, list[list[Value]]], None], rows: list[list[Value]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, table = Path(folder) / name, Path(folder) / "table.csv"
        write(path, [HEADER, *rows])
        # In this process: a new one for each of some hundred files would take long.
        sheet_process._read(path, table, None)
        with table.open(newline="", encoding="utf-8") as stream:
            read = list(csv.reader(stream))
    assert read == numbered([HEADER, *rows])


def numbered(rows: list[list[Value]]) -> list[list[str]]:
    """Return the rows that hold something, with their numbers in the sheet."""
    found = []
    for number, row in enumerate(rows, start=1):
        cells = [as_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append([str(number), *cells])
    return found
