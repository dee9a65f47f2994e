"""What to write instead of characters that force UCS-2.

A text is read sign by sign: an emoji with its skin tone, joiners and variation
selectors is one sign, so that nothing is left of half a family. Letters of another
alphabet that look like Latin ones are usually typing errors ("Вestellung" with a
Cyrillic В); in a text that has other letters of that alphabet they are meant, and stay.

``static/js/spellings.js`` does the same in the browser with the very ``TABLE``, which
the composer hands over; ``tests/messaging/text/vectors.json`` holds the cases that both
must agree on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from typing import NamedTuple

from messaging.text_parts import BASIC, EXTENSION

_CYRILLIC = dict(
    zip("АВЕЅІЈКМНОРСТУХаеѕіјорсух", "ABESIJKMHOPCTYXaesijopcyx", strict=True)
)
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϳ", "ABEZHIKMNOPTYXoj", strict=True))
# What a person would type instead; what is not here is tried without its accents.
TABLE: dict[str, str] = {
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("‘’‚‛‹›′`´ʼʹ", "'"),
    **dict.fromkeys("‐‑‒–—―−⁃⸺﹣", "-"),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\v", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u180e\ufe0e\ufe0f", ""),
    **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", ""),
    **dict.fromkeys("•·∙‣▪●◦", "-"),
    **dict.fromkeys("→➔➜►▶", "->"),
    **dict.fromkeys("⁄∕", "/"),
    **dict.fromkeys("✓✔", "ok"),
    **dict(
        zip(
            "œŒłŁđĐıþÞðħĦŋŧĸ",
            ["oe", "OE", *"lLdDi", "th", "Th", *"dhH", "ng", *"tk"],
            strict=True,
        )
    ),
    # Nearer to their sound than a letter without its accent.
    **dict(zip("őŐűŰẞ", ["ö", "Ö", "ü", "Ü", "SS"], strict=True)),
    "←": "<-",
    "…": "...",
    "×": "x",
    "÷": ":",
    "≤": "<=",
    "≥": ">=",
    "¬": "-",
    "¦": "|",
    "¢": "ct",
    "©": "(c)",
    "®": "(R)",
    "™": "(TM)",
    "№": "No.",
    **_CYRILLIC,
    **_GREEK,
}
_GSM = frozenset(BASIC + EXTENSION)
_OTHER_LETTERS = re.compile("[Ѐ-ԯ]"), re.compile("[ά-ώϐ-ϡ]")
_LOOK_ALIKES = frozenset(_CYRILLIC), frozenset(_GREEK)

_TONES = "\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_PICTURE = f"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][{_TONES}]*"
_SIGN = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    f"|{_PICTURE}(?:\u200d{_PICTURE})*"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|[^{re.escape(BASIC + EXTENSION)}]"
)
_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\u20e3]")


class Sign(NamedTuple):
    """A sign that forces UCS-2, and how often it stands in a text.

    ``replacement`` is GSM text, empty for what can be left out unseen, None where
    nothing comes near.
    """

    text: str
    replacement: str | None
    times: int

    @property
    def is_emoji(self) -> bool:
        return _EMOJI.search(self.text) is not None

    @property
    def shown(self) -> str:
        """Return the sign, or its number where there is nothing to see."""
        is_visible = unicodedata.category(self.text[0])[0] in "LNPS"
        return self.text if is_visible else f"U+{ord(self.text[0]):04X}"


def signs(text: str) -> tuple[Sign, ...]:
    """Return the signs that force UCS-2, each once, in order of appearance."""
    text = unicodedata.normalize("NFC", text)
    meant = _meant(text)
    counts: dict[str, int] = {}
    for sign in _SIGN.findall(text):
        counts[sign] = counts.get(sign, 0) + 1
    return tuple(
        Sign(sign, None if _base(sign) in meant else replacement(sign), count)
        for sign, count in counts.items()
    )


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in stretches, with whether each is a sign that forces UCS-2."""
    at = 0
    for found in _SIGN.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], False
        yield found.group(), True
        at = found.end()
    if at < len(text):
        yield text[at:], False


def replacement(sign: str) -> str | None:
    """Return GSM text to write instead of a sign that forces UCS-2.

    An empty string means that it can be left out unseen; None that nothing comes near.
    """
    if sign in TABLE:
        return TABLE[sign]
    bare = sign.rstrip("\ufe0e\ufe0f")
    if len(bare) != 1:
        return None
    if bare in TABLE:
        return TABLE[bare]
    letters = [
        TABLE.get(part, part)
        for part in unicodedata.normalize("NFKD", bare)
        if not unicodedata.category(part).startswith("M")
    ]
    plain = "".join(letters)
    if not letters:
        # An accent that belongs to no letter: there is no composed form.
        return ""
    return plain if plain.strip() and _GSM.issuperset(plain) else None


def replaced(text: str, wanted: Set[str] | None = None) -> str:
    """Return the text with signs (all that can be, or those given) replaced.

    An emoji that is asked for by itself is taken out; with all the others it stays.
    """
    text = unicodedata.normalize("NFC", text)
    table: dict[str, str] = {}
    for sign in signs(text):
        if wanted is not None and sign.text not in wanted:
            continue
        if sign.replacement is not None:
            table[sign.text] = sign.replacement
        elif wanted is not None and sign.is_emoji:
            table[sign.text] = ""
    return _SIGN.sub(lambda found: table.get(found.group(), found.group()), text)


def _meant(text: str) -> frozenset[str]:
    """Return look-alikes of alphabets that the text is written in."""
    meant: frozenset[str] = frozenset()
    for letters, look_alikes in zip(_OTHER_LETTERS, _LOOK_ALIKES, strict=True):
        if any(_base(letter) not in TABLE for letter in letters.findall(text)):
            meant |= look_alikes
    return meant


def _base(sign: str) -> str:
    """Return a letter without its accents."""
    return unicodedata.normalize("NFKD", sign)[:1]
