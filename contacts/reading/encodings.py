"""Which encoding a text file has, found by decoding all of it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from contacts.reading import mixed_text
from contacts.reading.errors import Unreadable

BLOCK = 1 << 20
SAMPLE = 1 << 16
# A line is held in memory as a whole. No row of contacts is nearly as long.
MAX_LINE_CHARACTERS = 1 << 23
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_AFTER_MARKS = {"utf-8-sig": (mixed_text.NAME,)}
_TEXT_CONTROLS = b"\t\n\r\x0b\x0c\x1a"
_CONTROLS = bytes(code for code in range(32) if code not in _TEXT_CONTROLS)
_NO_CONTROLS = dict.fromkeys(_CONTROLS)
_WEB_STARTS = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<body")
_CARD_START = b"begin:vcard"


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codec's name, and how many quotation marks the whole file has."""

    name: str
    quotes: int


def detect(path: Path) -> Encoding:
    """Return the encoding of a text file; raise ``Unreadable`` when it is none.

    A byte order mark counts first, then zero bytes in every second place (UTF-16
    without a mark), then whether it is UTF-8, all of it or most. What is left is
    Windows-1252, or the DOS code page 850 where a byte has no meaning in Windows-1252.
    """
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    if not head.strip():
        raise Unreadable("empty")
    _refuse_other_documents(head)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _first(path, name, *_AFTER_MARKS.get(name, ()))
    _refuse_what_is_no_text(head)
    if b"\0" in head:
        name = _utf16_without_mark(head)
        _refuse_controls(codecs.getincrementaldecoder(name)("replace").decode(head))
        return _first(path, name)
    if found := _decode_all(path, "utf-8"):
        return found
    mixed = (mixed_text.NAME,) if mixed_text.is_mostly_utf8(path) else ()
    return _first(path, *mixed, "cp1252", "cp850")


def read_as(path: Path, name: str) -> Encoding:
    """Return the encoding that a person names; raise ``Unreadable`` if it is wrong."""
    found = _decode_all(path, name)
    if found is None:
        raise Unreadable("wrong_encoding")
    return found


def _first(path: Path, *names: str) -> Encoding:
    """Return the first of several encodings that fits; raise ``Unreadable``."""
    for name in names:
        if found := _decode_all(path, name):
            return found
    raise Unreadable("not_a_table")


def _refuse_other_documents(head: bytes) -> None:
    if head.lstrip()[:5] == b"%PDF-":
        raise Unreadable("pdf")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if start.startswith(_WEB_STARTS):
        raise Unreadable("web_page")
    if start.startswith(_CARD_START):
        raise Unreadable("vcard")


def _refuse_what_is_no_text(head: bytes) -> None:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if b"\0" not in head and controls > len(head) // 200:
        raise Unreadable("not_a_table")


def _refuse_controls(head: str) -> None:
    """Refuse what only has its zeros where UTF-16 has them, as rows of numbers do."""
    controls = len(head) - len(head.translate(_NO_CONTROLS))
    if controls > len(head) // 200:
        raise Unreadable("not_a_table")


def _utf16_without_mark(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # Line ends and separators have their zero on one side only.
    if odd > 10 * even:
        return "utf-16-le"
    if even > 10 * odd:
        return "utf-16-be"
    raise Unreadable("not_a_table")


def _decode_all(path: Path, name: str) -> Encoding | None:
    """Decode block by block; None when the encoding does not fit.

    Raises ``Unreadable`` for a line that would not fit in memory.
    """
    decoder = codecs.getincrementaldecoder(name)()
    quotes = lines = length = 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                text = decoder.decode(block)
                quotes += text.count('"')
                end = max(text.rfind("\n"), text.rfind("\r"))
                length = len(text) - end - 1 + (length if end < 0 else 0)
                if length > MAX_LINE_CHARACTERS:
                    raise Unreadable("cell_too_long", line=lines + 1)
                lines += text.count("\n") or text.count("\r")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return Encoding(name, quotes)
