"""Count how a text travels as SMS: its encoding, units and parts.

GSM 03.38 with its extension table, else UCS-2. In GSM an extension character takes two
septets; in UCS-2 a character beyond the basic plane takes two code units. One message
holds 160 septets or 70 units, a part of a longer one 153 or 67.

Neither an escape sequence nor a surrogate pair is torn apart by the end of a part (3GPP
TS 23.040, 9.2.3.24.1): the part before it stays one unit short. The gateway documents
plain counts and nobody has recorded what it does there, so we count as the standard
says; where it should count plainly, we have announced one part too many, never too few.
Clusters of several characters (an emoji family, a letter and its accent) may be torn:
the handset joins the parts before it draws them.

``static/js/parts.js`` counts the same in the browser; ``tests/messaging/text/
vectors.json`` holds the cases that both must agree on.
"""

from __future__ import annotations

import re
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
_ESCAPE = 0x1B


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
        return TextSize("ucs2", units, _ucs2_parts(text, units), forcing)
    extended = len(_EXTENDED.findall(text))
    units = len(text) + extended
    return TextSize("gsm", units, _gsm_parts(text, units, extended), ())


def _gsm_parts(text: str, units: int, extended: int) -> int:
    if units <= GSM_SINGLE:
        return 1 if units else 0
    if not extended:
        return -(-units // GSM_SPLIT)
    septets = _EXTENDED.sub("\x1b?", text)
    return _parts([ord(septet) == _ESCAPE for septet in septets], GSM_SPLIT)


def _ucs2_parts(text: str, units: int) -> int:
    if units <= UCS2_SINGLE:
        return 1
    if units == len(text):
        return -(-units // UCS2_SPLIT)
    high_bytes = text.encode("utf-16-le", "surrogatepass")[1::2]
    return _parts([0xD8 <= byte < 0xDC for byte in high_bytes], UCS2_SPLIT)


def _parts(opens_pair: list[bool], split: int) -> int:
    """Count parts of so many units of which some must not be the last of a part."""
    parts, at = 0, 0
    while at < len(opens_pair):
        end = at + split
        at = end - 1 if end < len(opens_pair) and opens_pair[end - 1] else end
        parts += 1
    return parts
