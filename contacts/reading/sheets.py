"""Turns a spreadsheet (XLSX, XLSM, XLSB, XLS, ODS) into a numbered text table.

A spreadsheet has to be held in memory as a whole, and a small malicious one can claim
millions of cells. So a process of its own reads it under a limit of memory and time,
and the import itself only ever streams text.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from contacts.reading.errors import CODES, Unreadable

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A sheet of 1,000,000 rows of contacts takes about 500 MB of XML.
MAX_UNPACKED_BYTES = 800 << 20
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 50 << 20
TIMEOUT_S = 120
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The names of a spreadsheet's sheets, and which of them was read, from 0."""

    names: list[str]
    read: int


def is_spreadsheet(path: Path) -> bool:
    """Tell by its first bytes whether a file is a spreadsheet or an archive."""
    with path.open("rb") as stream:
        head = stream.read(8)
    return head.startswith(ZIP_MARK) or head == OLE_MARK


def convert(source: Path, target: Path, *, sheet: int | None = None) -> Workbook:
    """Write a sheet as a UTF-8 table to ``target``; return what the workbook holds.

    Without ``sheet`` the first that holds something is read. Each record opens with
    the row's number in the sheet; blank rows are left out. Raises ``Unreadable``.
    """
    _check_archive(source)
    command = [sys.executable, "-m", "contacts.reading.sheet_process"]
    wanted = [] if sheet is None else [str(sheet)]
    try:
        done = subprocess.run(
            [*command, str(source), str(target), *wanted],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("spreadsheet_too_large") from None
    word = done.stdout.strip()
    if done.returncode == 0:
        return Workbook(**json.loads(word))
    # Without a word of its own the process ran into a limit and was stopped.
    raise Unreadable(word if word in CODES else "spreadsheet_too_large")


def _check_archive(source: Path) -> None:
    """Refuse archives that are no spreadsheet or unpack to far more than they are."""
    with source.open("rb") as stream:
        if stream.read(4) != ZIP_MARK:
            return
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unreadable("spreadsheet_broken") from None
    names = {part.filename for part in parts}
    is_excel = any(name.startswith("xl/workbook") for name in names)
    if not is_excel and "content.xml" not in names:
        raise Unreadable("archive")
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    is_dense = unpacked > RATIO_COUNTS_FROM_BYTES and unpacked / packed > MAX_RATIO
    if unpacked > MAX_UNPACKED_BYTES or is_dense:
        raise Unreadable("archive_bomb")
