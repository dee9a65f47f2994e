"""A codec for UTF-8 with stretches of Windows-1252 in it.

Such files come of joining the lists of two programs, and of adding rows to an old file
with another one. Read as either of the two they lose the umlauts of the other.
"""

from __future__ import annotations

import codecs
import re
from encodings import utf_8_sig
from pathlib import Path

NAME = "utf8_cp1252"
_HANDLER = "cp1252_for_what_is_no_utf8"
_BLOCK = 1 << 20
# What "surrogateescape" makes of a byte that is no UTF-8.
_WRONG = re.compile("[\udc80-\udcff]")


def is_mostly_utf8(path: Path) -> bool:
    """Tell whether a file has at least as many characters of UTF-8 as other bytes.

    ASCII says nothing. A file of Windows-1252 alone hardly ever has two bytes in a row
    that UTF-8 could have.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    right = wrong = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            text = decoder.decode(block)
            others = len(text) - len(text.encode("ascii", "ignore"))
            escaped = len(_WRONG.findall(text))
            right, wrong = right + others - escaped, wrong + escaped
    return 0 < right >= wrong


class _Decoder(utf_8_sig.IncrementalDecoder):
    def __init__(self, errors: str = "strict") -> None:
        super().__init__(_HANDLER if errors == "strict" else errors)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


def _search(name: str) -> codecs.CodecInfo | None:
    if name != NAME:
        return None
    usual = codecs.lookup("utf-8-sig")
    return codecs.CodecInfo(
        usual.encode, usual.decode, incrementaldecoder=_Decoder, name=NAME
    )


codecs.register_error(_HANDLER, _as_windows)
codecs.register(_search)
