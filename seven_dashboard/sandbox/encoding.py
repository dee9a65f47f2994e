"""Count the parts of a text the way the gateway charges them (gateway.md 3.1)."""

from __future__ import annotations

from typing import NamedTuple

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
_GSM = frozenset(_BASIC + _EXTENDED)
_DOUBLE = frozenset(_EXTENDED)

MAX_SMS_CHARACTERS = 1520
MAX_VOICE_CHARACTERS = 10_000


class Measure(NamedTuple):
    """How a text travels: ``gsm`` or ``ucs2``, and in how many parts."""

    encoding: str
    parts: int


def measure(text: str) -> Measure:
    """Return encoding and number of parts of a text; an empty text is one part."""
    if _GSM.issuperset(text):
        units = len(text)
        if not _DOUBLE.isdisjoint(text):
            units += sum(1 for character in text if character in _DOUBLE)
        return Measure("gsm", _parts(units, single=160, split=153))
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return Measure("ucs2", _parts(units, single=70, split=67))


def _parts(units: int, *, single: int, split: int) -> int:
    if units <= single:
        return 1
    return -(-units // split)
