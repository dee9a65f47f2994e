"""Any table written in any supported way reads back."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from contacts.reading import tables

# The umlaut tells the old code page of DOS from that of Windows.
HEADER = ["Vorname", "Handy", "Grüße"]
LETTERS = st.characters(
    codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Cc"]
)
CODE_PAGES = {
    name: st.characters(codec=name, exclude_categories=["Cc"])
    for name in ("cp1252", "cp850")
}
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "cp850",
)
NUMBERS = st.from_regex(r"\+491[0-9]{9}", fullmatch=True)
# Options of ``csv.writer``, and the characters that the style cannot tell apart.
STYLES: dict[str, tuple[dict[str, Any], str]] = {
    "minimal": ({"quoting": csv.QUOTE_MINIMAL}, ""),
    "all": ({"quoting": csv.QUOTE_ALL}, ""),
    "single": ({"quoting": csv.QUOTE_ALL, "quotechar": "'"}, "\"'"),
    "escaped": ({"doublequote": False, "escapechar": "\\"}, "\\"),
    "all-escaped": (
        {"quoting": csv.QUOTE_ALL, "doublequote": False, "escapechar": "\\"},
        "\\",
    ),
}


def cells(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lines = st.lists(st.text(letters, max_size=12), min_size=1, max_size=2)
    return lines.map("\n".join).map(str.strip)


@st.composite
def written_tables(draw: st.DrawFn) -> tuple[list[list[str]], str, str]:
    """Draw rows, an encoding that has their letters, and a style to write them in."""
    encoding = draw(st.sampled_from(ENCODINGS))
    style = draw(st.sampled_from(sorted(STYLES)))
    letters = CODE_PAGES.get(encoding, LETTERS)
    unfit = set(STYLES[style][1])
    cell = cells(letters.filter(lambda letter: letter not in unfit))
    row = st.tuples(cell, NUMBERS, cell).map(list)
    return draw(st.lists(row, min_size=1, max_size=8)), encoding, style


@settings(max_examples=250)
@given(
    table=written_tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\r\n", "\n"]),
    names_separator=st.booleans(),
)
@example(([["", "+491000000000", "0\n\\"]], "utf-8", "minimal"), ",", "\r\n", False)
@example(([['a " b', "+491000000000", ""]], "utf-8", "escaped"), ",", "\r\n", False)
def test_table_reads_back(
    table: tuple[list[list[str]], str, str],
    delimiter: str,
    line_end: str,
    names_separator: bool,
) -> None:
    written, encoding, style = table
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            if names_separator:
                stream.write(f"sep={delimiter}{line_end}")
            options = {"lineterminator": line_end, **STYLES[style][0]}
            writer = csv.writer(stream, delimiter=delimiter, **options)
            writer.writerows([HEADER, *written])
        assume(encoding not in CODE_PAGES or not is_utf_8(path))
        read = [row for _line, row in tables.rows(path, tables.inspect(path))]
    assert [[cell.strip() for cell in row] for row in read] == written


def is_utf_8(path: Path) -> bool:
    """Tell whether a text of a code page happens to be one in UTF-8, too."""
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True
