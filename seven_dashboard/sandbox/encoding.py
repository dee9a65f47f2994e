"""Count the parts of a text the way the gateway charges them (gateway.md 3.1).

That a part does not end within an escape sequence or a surrogate pair is the standard's
rule (3GPP TS 23.040, 9.2.3.24.1) and our reading of the gateway: nobody recorded one.
"""

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
        return Measure("gsm", _parts(_septets(text), single=160, split=153))
    high_bytes = text.encode("utf-16-be", "surrogatepass")[::2]
    return Measure("ucs2", _parts(_surrogates(high_bytes), single=70, split=67))


def _septets(text: str) -> str:
    """Return a sign for each septet: ``<`` for the escape, ``.`` for any other."""
    return "".join("<." if character in _DOUBLE else "." for character in text)


def _surrogates(high_bytes: bytes) -> str:
    return "".join("<" if 0xD8 <= byte <= 0xDB else "." for byte in high_bytes)


def _parts(units: str, *, single: int, split: int) -> int:
    if len(units) <= single:
        return 1
    parts = 0
    while units:
        fits = units[:split]
        if len(units) > split:
            fits = fits.removesuffix("<")
        units = units[len(fits) :]
        parts += 1
    return parts
