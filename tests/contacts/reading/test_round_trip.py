"""Any table written in any supported way reads back."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from contacts.reading import tables

HEADER = ["Vorname", "Handy", "Ort"]
LETTERS = st.characters(
    codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Cc"]
)
WESTERN = st.characters(codec="cp1252", exclude_categories=["Cc"])
NUMBERS = st.from_regex(r"\+491[0-9]{9}", fullmatch=True)


def cells(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lines = st.lists(st.text(letters, max_size=12), min_size=1, max_size=2)
    return lines.map("\n".join).map(str.strip)


def rows(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    row = st.tuples(cells(letters), NUMBERS, cells(letters)).map(list)
    return st.lists(row, min_size=1, max_size=8)


@st.composite
def encoded_tables(draw: st.DrawFn) -> tuple[list[list[str]], str]:
    encoding = draw(
        st.sampled_from(
            ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
        )
    )
    return draw(rows(WESTERN if encoding == "cp1252" else LETTERS)), encoding


@settings(max_examples=150, deadline=None)
@given(
    table=encoded_tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quotes_all=st.booleans(),
    line_end=st.sampled_from(["\r\n", "\n"]),
)
@example(([["", "+491000000000", "0\n\\"]], "utf-8"), ",", False, "\r\n")
def test_table_reads_back(
    table: tuple[list[list[str]], str], delimiter: str, quotes_all: bool, line_end: str
) -> None:
    written, encoding = table
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(
                stream,
                delimiter=delimiter,
                quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL,
                lineterminator=line_end,
            )
            writer.writerows([HEADER, *written])
        read = [row for _line, row in tables.rows(path, tables.inspect(path))]
    assert [[cell.strip() for cell in row] for row in read] == written
