"""Formulas, merged cells and files that are too much, in each kind of spreadsheet."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from contacts.reading import sheet_process, sheets, tables
from contacts.reading.errors import Unreadable

# Header; a merged cell over two columns; a formula with its value, one without.
EXPECTED = [["merged"], ["Anna", "491711234567"], ["Bo"]]


def read(path: Path) -> list[list[str]]:
    target = path.with_suffix(".converted")
    sheets.convert(path, target)
    layout = tables.inspect(target, is_numbered=True)
    return [cells for _number, cells in tables.rows(target, layout)]


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Vorname", "Handy"])
    sheet.append(["merged"])
    sheet.merge_cells("A2:B2")
    sheet.append(["Anna", "=490000000000+1711234567"])
    sheet.append(["Bo", "=1+1"])
    book.save(path)
    _replace_in(path, b"<f>490000000000+1711234567</f><v></v>", b"<v>491711234567</v>")


def _replace_in(path: Path, old: bytes, new: bytes) -> None:
    """Put the value of a formula into the sheet, as spreadsheet programs do."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in parts[name].replace(b"<v />", b"<v></v>")
    formula = old.partition(b"<v>")[0]
    parts[name] = parts[name].replace(b"<v />", b"<v></v>").replace(old, formula + new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def write_ods(path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="One")
    _ods_row(table, _ods_text("Vorname"), _ods_text("Handy"))
    merged = TableCell(valuetype="string", numbercolumnsspanned=2)
    merged.addElement(P(text="merged"))
    _ods_row(table, merged, CoveredTableCell())
    sum_cell = TableCell(formula="of:=1+1", valuetype="float", value="491711234567")
    _ods_row(table, _ods_text("Anna"), sum_cell)
    _ods_row(table, _ods_text("Bo"), TableCell(formula="of:=1+1"))
    document.spreadsheet.addElement(table)
    document.save(str(path))


def _ods_text(text: str) -> TableCell:
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=text))
    return cell


def _ods_row(table: Table, *cells: TableCell) -> None:
    row = TableRow()
    for cell in cells:
        row.addElement(cell)
    table.addElement(row)


@pytest.mark.parametrize(
    ("name", "write"), [("a.xlsx", write_xlsx), ("a.ods", write_ods)]
)
def test_formulas_have_their_kept_value_and_merged_cells_one(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    write(tmp_path / name)
    assert read(tmp_path / name) == EXPECTED


def test_formulas_and_merged_cells_of_old_files_do_no_harm(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    for at, heading in enumerate(("Vorname", "Handy")):
        sheet.write(0, at, heading)
    sheet.write_merge(1, 1, 0, 1, "merged")
    sheet.write(2, 0, "Anna")
    # This library keeps no value with a formula.
    sheet.write(2, 1, xlwt.Formula("1+1"))
    book.save(str(tmp_path / "a.xls"))
    assert read(tmp_path / "a.xls") == [["merged"], ["Anna"]]


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A"])
def test_cell_with_an_error_is_no_crash(tmp_path: Path, error: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Handy", "Ort"])
    book.active.append(["0171 1234567", error])
    book.active["B2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[0][0] == "0171 1234567"


def many_xls(path: Path, rows: int, columns: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    for at in range(rows):
        for column in range(columns):
            sheet.write(at, column, "x")
    book.save(str(path))


def many_ods(path: Path, rows: int, columns: int) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="One")
    for _at in range(rows):
        _ods_row(table, *(_ods_text("x") for _column in range(columns)))
    document.spreadsheet.addElement(table)
    document.save(str(path))


def many_xlsx(path: Path, rows: int, columns: int) -> None:
    book = openpyxl.Workbook()
    for _at in range(rows):
        book.active.append(["x"] * columns)
    book.save(path)


@pytest.mark.parametrize("write", [many_xls, many_ods, many_xlsx])
def test_too_many_rows_and_columns_are_refused(
    tmp_path: Path,
    write: Callable[[Path, int, int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet_process, "MAX_ROWS", 3)
    monkeypatch.setattr(sheet_process, "MAX_COLUMNS", 3)
    for size, code in (((4, 1), "too_many_rows"), ((1, 4), "too_many_columns")):
        write(tmp_path / "file", *size)
        with pytest.raises(Unreadable, match=code):
            sheet_process._read(tmp_path / "file", tmp_path / "table", None)


def test_ods_bomb_is_refused_unopened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b" " * (60 << 20))
    with pytest.raises(Unreadable, match="archive_bomb"):
        read(tmp_path / "a.ods")


def test_ods_that_repeats_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name="One")
    row = TableRow(numberrowsrepeated=1_000_000)
    cell = _ods_text("0171 1234567")
    cell.setAttribute("numbercolumnsrepeated", 16_000)
    row.addElement(cell)
    table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    with pytest.raises(Unreadable, match="too_large|too_many|broken"):
        read(tmp_path / "a.ods")


def test_text_that_stands_in_every_cell_fills_no_disk(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("One")
    for row in range(1_700):
        # A text is held once: these 54 MB of cells are 100 KB of a file.
        sheet.write(row, 0, "x" * 32_000)
    book.save(str(tmp_path / "a.xls"))
    with pytest.raises(Unreadable, match="spreadsheet_too_large"):
        read(tmp_path / "a.xls")


def test_locked_spreadsheet_says_so(tmp_path: Path) -> None:
    # What a spreadsheet program writes into a workbook with a password.
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="content.xml">'
            "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
        )
        archive.writestr("content.xml", b"\x13\x37")
    with pytest.raises(Unreadable, match="spreadsheet_locked"):
        read(tmp_path / "a.ods")
