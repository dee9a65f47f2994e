"""Files as people have them: written by other means than the reader's own."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from contacts.reading import tables
from contacts.reading.errors import Unreadable

TEXT = (
    "Vorname;Nachname;Handy;Ort\r\n"
    "Jörg;Müller;0171 1234567;Köln\r\n"
    '"Zoë 😀";"O\'Brien; ""Bob""";+49 (0)171 7654321;"Groß-\r\nGerau"\r\n'
    "\r\n"
    "Anna;Schmidt;0049 171 1111111;Łódź\r\n"
)


def read(path: Path, **options: Any) -> list[tables.Row]:
    return list(tables.rows(path, tables.inspect(path, **options)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "contacts.csv"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_is_read_in_every_encoding(path: Path, encoding: str) -> None:
    path.write_bytes(TEXT.encode(encoding))
    rows = read(path)
    assert rows[0] == (2, ["Jörg", "Müller", "0171 1234567", "Köln"])
    assert rows[1][1][:2] == ["Zoë 😀", 'O\'Brien; "Bob"']


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_old_western_files_keep_their_umlauts(path: Path, encoding: str) -> None:
    path.write_bytes("Vorname;Handy\nJürgen Groß;0171 1234567\n".encode(encoding))
    assert read(path) == [(2, ["Jürgen Groß", "0171 1234567"])]


@pytest.mark.parametrize("first", ["utf-8", "utf-8-sig", "cp1252"])
def test_file_of_two_encodings_keeps_the_umlauts_of_both(
    path: Path, first: str
) -> None:
    """As "copy a.csv+b.csv" makes it: neither encoding alone reads all of it."""
    second = "cp1252" if first.startswith("utf") else "utf-8"
    path.write_bytes(
        "Vorname;Handy\nJürgen;0171 1234567\n".encode(first)
        + "Zoë Größe;0171 1234568\n".encode(second)
        + "Łukasz 😀;0171 1234569\n".encode()
    )
    assert [cells[0] for _line, cells in read(path)] == [
        "Jürgen",
        "Zoë Größe",
        "Łukasz 😀",
    ]


def test_row_numbers_are_the_lines_of_the_file(path: Path) -> None:
    path.write_text(TEXT, encoding="utf-8", newline="")
    assert [line for line, _cells in read(path)] == [2, 3, 6]


@pytest.mark.parametrize(
    "mark", [",", ";", "\t", "|"], ids=["comma", "semi", "tab", "bar"]
)
def test_separator_is_found(path: Path, mark: str) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter=mark)
        writer.writerows([["Name", "Mobile"], ["A, B; C | D", "0171 1234567"]])
    assert tables.inspect(path).delimiter == mark


def test_named_separator_wins(path: Path) -> None:
    path.write_text("sep=|\r\nName|Phone\r\nA|0171 1234567\r\n", newline="")
    assert read(path) == [(3, ["A", "0171 1234567"])]


def test_old_mac_line_ends_are_lines(path: Path) -> None:
    path.write_bytes(b"Name;Handy\rA;0171 1234567\rB;0172 1234567\r")
    assert [line for line, _cells in read(path)] == [2, 3]


def test_single_quotes_may_wrap_cells(path: Path) -> None:
    path.write_text("Name,Mobile\n'A, B','0171 1234567'\n'C','0172 1234567'\n")
    assert read(path)[0] == (2, ["A, B", "0171 1234567"])


def test_backslash_may_escape_quotes(path: Path) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(
            stream, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL
        )
        writer.writerows([["Name", "Mobile"], ['A "x" B', "0171 1234567"]])
    assert read(path)[0] == (2, ['A "x" B', "0171 1234567"])


@pytest.mark.parametrize(
    "rows",
    [
        ['0171 1234567,"0\n\\"'],
        ['0171 1234567,"C:\\Temp, D:\\"', '0172 1111111,"E:\\"'],
        ['"0171 1234567","C:\\"', '"0172 1111111",""'],
    ],
    ids=["last", "several", "all"],
)
def test_cell_may_end_in_a_backslash(path: Path, rows: list[str]) -> None:
    path.write_text("\r\n".join(["Handy,Ordner", *rows, ""]), newline="")
    wanted = list(csv.reader(StringIO("\n".join(rows))))
    assert [cells for _line, cells in read(path)] == wanted


def test_escaped_quote_may_stand_at_the_end_of_a_cell(path: Path) -> None:
    path.write_text('"Name","Mobile"\n"A \\"x\\"","0171 1234567"\n"","0172 1111111"\n')
    assert [cells[0] for _line, cells in read(path)] == ['A "x"', ""]


def test_space_before_a_quote_does_not_matter(path: Path) -> None:
    path.write_text('Name, Mobile\n"A, B", "0171 1234567"\n"C", "0172 1234567"\n')
    assert read(path)[0][1][1] == "0171 1234567"


def test_file_without_header_starts_with_data(path: Path) -> None:
    path.write_text("0171 1234567;Anna\n0172 1234567;Bo\n")
    layout = tables.inspect(path)
    assert (layout.has_header, layout.rows) == (False, 2)


def test_header_may_be_overruled(path: Path) -> None:
    path.write_text("Vorname;Handy\nAnna;0171 1234567\n")
    assert len(read(path, has_header=False)) == 2


def test_titles_above_the_header_are_skipped(path: Path) -> None:
    path.write_text("Kunden 2024;\n;\nVorname;Handy\nAnna;0171 1234567\n")
    assert read(path) == [(4, ["Anna", "0171 1234567"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"Vorname;Handy\r\n", "only_header"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
        (b"<!DOCTYPE html><html><table><tr><td>1", "web_page"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:0171 1234567\r\n", "vcard"),
        (b"\xef\xbb\xbf<html><table><tr><td>1", "web_page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0", "not_a_table"),
        (bytes(range(256)) * 400, "not_a_table"),
        (b"\0\1\2\3" * 200, "not_a_table"),
        (b"\1\0\2\0\3\0\4\0" * 200, "not_a_table"),
        (b'Name;Handy\n"Anna;0171 1234567\nBo;0172 1234567\n', "quote_not_closed"),
        (b'Name;Handy\n"' + b"x\n" * 300, "quote_not_closed"),
        (b'Name;Handy\n"' + b"x" * 200_000, "cell_too_long"),
        (b"Handy" + b";x" * 250 + b"\n1;2\n", "too_many_columns"),
    ],
    ids=[
        "empty",
        "blank",
        "header",
        "pdf",
        "html",
        "vcard",
        "marked-html",
        "png",
        "garbage",
        "zeros-before",
        "zeros-after",
        "quote",
        "long-quote",
        "long-cell",
        "wide",
    ],
)
def test_what_is_no_table_says_why(path: Path, content: bytes, code: str) -> None:
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert caught.value.code == code


def test_too_many_rows_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    path.write_text("Handy\n" + "0171 1234567\n" * 11)
    with pytest.raises(Unreadable, match="too_many_rows"):
        tables.inspect(path)


def test_reading_goes_on_after_the_bookmark(path: Path) -> None:
    path.write_text(TEXT, encoding="utf-8", newline="")
    layout = tables.inspect(path)
    assert list(tables.rows(path, layout, skip=2)) == read(path)[2:]


def test_encoding_and_separator_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "dos.csv"
    path.write_bytes("Vorname,Ort;Handy\nJörg,Köln;0171 1234567\n".encode("cp850"))
    layout = tables.inspect(path, encoding_name="cp850", delimiter=",")
    assert layout.header == ["Vorname", "Ort;Handy"]
    assert next(tables.rows(path, layout))[1][0] == "Jörg"


def test_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("Vorname;Handy\nJörg;0171 1234567\n".encode("cp1252"))
    with pytest.raises(Unreadable, match="wrong_encoding"):
        tables.inspect(path, encoding_name="utf-8")


def test_cell_of_a_spreadsheet_that_no_reader_takes_is_named(path: Path) -> None:
    path.write_text(f"1,Handy\n2,0171 1234567\n3,{'x' * 140_000}\n")
    with pytest.raises(Unreadable) as refused:
        tables.inspect(path, is_numbered=True)
    assert (refused.value.code, refused.value.facts) == ("cell_too_long", {"line": 3})
