"""Count how a text travels as SMS: its encoding, units and parts.

GSM 03.38 with its extension table, else UCS-2. In GSM an extension character takes two
septets; in UCS-2 a character beyond the basic plane takes two code units. One message
holds 160 septets or 70 units, a part of a longer one 153 or 67.

The gateway documents plain counts, so we divide the count. A network that never splits
an escape sequence or a surrogate pair over two parts may rarely need one part more.

``static/js/parts.js`` counts the same in the browser; ``tests/messaging/text/
vectors.json`` holds the cases that both must agree on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
# gateway.md 2.3: the gateway calls this "10 SMS" and refuses more with code 401.
MAX_SMS_CHARACTERS = 1520

GSM_SINGLE, GSM_SPLIT = 160, 153
UCS2_SINGLE, UCS2_SPLIT = 70, 67

_FORCING = re.compile(f"[^{re.escape(BASIC + EXTENSION)}]")
_EXTENDED = re.compile(f"[{re.escape(EXTENSION)}]")
_GSM = frozenset(BASIC + EXTENSION)

# What a person would type instead; what is not here is tried without its accents.
_REPLACEMENTS: dict[str, str] = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛‹›′`´ʼ", "'"),
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
    **dict.fromkeys("\u00a0\u202f\u2002\u2003\u2009\u200a\u3000\t", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f", ""),
    **dict.fromkeys("•·∙‣▪●", "-"),
    **dict.fromkeys("→➔➜►▶", "->"),
    "…": "...",
    "×": "x",
    "✓": "ok",
    "©": "(c)",
    "®": "(R)",
    "™": "(TM)",
    "ẞ": "SS",
    "œ": "oe",
    "Œ": "OE",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
}


class TextSize(NamedTuple):
    """How a text travels.

    ``units`` are septets (gsm) or UTF-16 code units (ucs2). ``forcing`` holds each
    character that forces UCS-2 once, in order of appearance.
    """

    encoding: Literal["gsm", "ucs2"]
    units: int
    parts: int
    forcing: tuple[str, ...]


def measure(text: str) -> TextSize:
    """Return encoding, units and parts of a text; an empty text has no part."""
    forcing = tuple(dict.fromkeys(_FORCING.findall(text)))
    if forcing:
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        return TextSize("ucs2", units, _parts(units, UCS2_SINGLE, UCS2_SPLIT), forcing)
    units = len(text) + len(_EXTENDED.findall(text))
    return TextSize("gsm", units, _parts(units, GSM_SINGLE, GSM_SPLIT), ())


def replacement(character: str) -> str | None:
    """Return GSM text to write instead of a character that forces UCS-2.

    An empty string means that it can be left out unseen; None that nothing comes near.
    """
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    plain = "".join(
        part
        for part in unicodedata.normalize("NFKD", character)
        if not unicodedata.combining(part)
    )
    return plain if plain and _GSM.issuperset(plain) else None


def replaced(text: str, characters: tuple[str, ...] | None = None) -> str:
    """Return the text with forcing characters (all, or those given) replaced."""
    text = unicodedata.normalize("NFC", text)
    wanted = measure(text).forcing if characters is None else characters
    table = {ord(c): new for c in wanted if (new := replacement(c)) is not None}
    return text.translate(table)


def _parts(units: int, single: int, split: int) -> int:
    if units <= single:
        return 1 if units else 0
    return -(-units // split)
