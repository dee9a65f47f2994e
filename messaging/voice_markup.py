"""Check the SSML or XML of a call, and say what of it is heard.

The parser is expat, which fetches nothing. A DOCTYPE is refused, and with it every
entity that is not one of XML's own five: neither can a file be read nor a laugh grow.

Elements: SSML 1.1 of the W3C (``speak``), and verbs of TwiML that end in something
heard or done in this call (``Response``). The gateway does not document its list; what
is not here is refused rather than read out as silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlsplit
from xml.parsers import expat

from django.utils.translation import gettext as _

from seven_dashboard.errors import Refused

MAX_DEPTH = 20
MAX_ELEMENTS = 500
MAX_PAUSE_S = 60.0

_SSML = frozenset(
    [
        "speak",
        "p",
        "s",
        "break",
        "emphasis",
        "prosody",
        "say-as",
        "sub",
        "phoneme",
        "lang",
        "voice",
        "w",
        "audio",
        "mark",
        "desc",
        "lexicon",
    ]
)
_TWIML = frozenset(
    [
        "Response",
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Record",
        "Hangup",
        "Reject",
        "Redirect",
        "Dial",
        "Number",
    ]
)
# The elements that each kind of document may have.
KNOWN = {"speak": _SSML, "Response": _TWIML | (_SSML - {"speak"})}
# What a call would fetch from the web.
_FETCHED = {"audio": "src", "Redirect": ""}
_PAUSE = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)(ms|s)")
# Seconds that a break of this strength lasts, about.
_STRENGTHS = {"none": 0.0, "x-weak": 0.2, "weak": 0.3, "strong": 1.0, "x-strong": 1.5}


@dataclass(frozen=True, slots=True)
class Piece:
    """What is heard: a text, or a pause of ``pause_s`` seconds, or something played."""

    text: str = ""
    pause_s: float = 0.0
    played: str = ""


@dataclass(slots=True)
class _Reading:
    """What the parser has come by so far."""

    stack: list[str] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    elements: int = 0
    pieces: list[Piece] = field(default_factory=list)


def is_markup(text: str) -> bool:
    """Say whether the gateway would read a text as SSML or XML."""
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def check(markup: str) -> None:
    """Raise Refused with the line and a sentence for what cannot be read out."""
    _read(markup)


def heard(text: str) -> list[Piece]:
    """Return what a person hears of a text, of SSML or of XML.

    Markup that is broken comes back as one piece, as it stands.
    """
    if not is_markup(text):
        return [Piece(text)] if text.strip() else []
    try:
        return _joined(_read(text))
    except Refused:
        return [Piece(text)]


def seconds(pieces: list[Piece]) -> float:
    """Return about how long it takes to read pieces aloud: 14 characters a second."""
    return sum(len(piece.text) / 14 + piece.pause_s for piece in pieces)


def _read(markup: str) -> list[Piece]:
    # A byte order mark and blanks before a declaration are no fault of the writer's.
    markup = markup.lstrip("\ufeff \t\r\n")
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(sentence: str) -> Refused:
        return _refused(_at(parser.CurrentLineNumber, sentence))

    parser.StartDoctypeDeclHandler = _forbidden(
        lambda: refuse(_("Leave out the DOCTYPE: a call cannot have one."))
    )
    parser.ProcessingInstructionHandler = _forbidden(
        lambda: refuse(_("Leave out what stands between <? and ?>."))
    )
    parser.StartCdataSectionHandler = _forbidden(
        lambda: refuse(_("Write the text without CDATA."))
    )
    parser.StartElementHandler = lambda name, attributes: _open(
        reading, name, attributes, refuse
    )
    parser.EndElementHandler = lambda name: _close(reading)
    parser.CharacterDataHandler = lambda text: _say(reading, text, refuse)
    try:
        parser.Parse(markup.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise _refused(_at(error.lineno, _broken(error))) from None
    return reading.pieces


def _forbidden(error: Callable[[], Refused]) -> Callable[..., None]:
    def handler(*_args: object) -> None:
        raise error()

    return handler


def _open(
    reading: _Reading,
    name: str,
    attributes: dict[str, str],
    refuse: Callable[[str], Refused],
) -> None:
    if not reading.stack:
        if name not in KNOWN:
            raise refuse(
                _("Begin with <speak> or <Response>, not with <%(name)s>.")
                % {"name": name[:40]}
            )
        reading.known = KNOWN[name]
    elif name not in reading.known or name in KNOWN:
        raise refuse(_unknown(name, reading.known))
    reading.elements += 1
    reading.stack.append(name)
    if len(reading.stack) > MAX_DEPTH or reading.elements > MAX_ELEMENTS:
        raise refuse(_("There are too many elements, or they lie too deep."))
    if name in _FETCHED and _FETCHED[name]:
        address = attributes.get(_FETCHED[name], "")
        _check_address(address, refuse)
        reading.pieces.append(Piece(played=address))
    pause_s = _pause_s(name, attributes, refuse)
    if pause_s:
        reading.pieces.append(Piece(pause_s=pause_s))


def _close(reading: _Reading) -> None:
    # A paragraph or sentence ends with a breath.
    if reading.stack.pop() in ("p", "s", "Say"):
        reading.pieces.append(Piece(text=" "))


def _say(reading: _Reading, text: str, refuse: Callable[[str], Refused]) -> None:
    inside = reading.stack[-1] if reading.stack else ""
    words = text.strip()
    if inside in ("Play", "Redirect") and words:
        _check_address(words, refuse)
        reading.pieces.append(Piece(played=words))
    elif inside in ("Response", "Gather", "Dial") and words and inside != "Dial":
        raise refuse(
            _("“%(text)s” would not be read. Put it into <Say>.") % {"text": words[:30]}
        )
    elif inside not in ("Number", "Dial", "desc", "Play", "Redirect"):
        reading.pieces.append(Piece(text=text))


def _pause_s(
    name: str, attributes: dict[str, str], refuse: Callable[[str], Refused]
) -> float:
    if name == "Pause":
        written = f"{attributes.get('length', '1')}s"
    elif name == "break":
        if "time" not in attributes:
            return _STRENGTHS.get(attributes.get("strength", ""), 0.5)
        written = attributes["time"]
    else:
        return 0.0
    found = _PAUSE.fullmatch(written.strip())
    length = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else -1.0
    if not 0 <= length <= MAX_PAUSE_S:
        raise refuse(_("Write a pause like 500ms or 2s, 60 seconds at most."))
    return length


def _check_address(address: str, refuse: Callable[[str], Refused]) -> None:
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise refuse(_("What is played needs a whole web address, https://…"))


def _unknown(name: str, known: frozenset[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    by_case = [one for one in known if one.lower() == name.lower()]
    if meant := (by_case or near):
        return _("There is no element <%(name)s>. Did you mean <%(near)s>?") % {
            "name": name[:40],
            "near": meant[0],
        }
    return _("There is no element <%(name)s> that a call can read.") % {
        "name": name[:40]
    }


def _broken(error: expat.ExpatError) -> str:
    codes = expat.errors.codes
    sentences = {
        codes[expat.errors.XML_ERROR_TAG_MISMATCH]: _(
            "An element is closed that is not the open one."
        ),
        codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: _(
            "This entity is not known. XML has &amp; &lt; &gt; &quot; and &apos; only."
        ),
        codes[expat.errors.XML_ERROR_NO_ELEMENTS]: _("The end is missing."),
        codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: _(
            "A tag is not closed: a > is missing."
        ),
        codes[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: _(
            "An attribute is written twice."
        ),
        codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: _(
            "Nothing may follow the end of the outer element."
        ),
    }
    return sentences.get(
        error.code,
        _("This is not well-formed. Write & as &amp; and < as &lt; in a text."),
    )


def _at(line: int, sentence: str) -> str:
    return _("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence}


def _refused(sentence: str) -> Refused:
    return Refused(sentence, code="markup", field="text")


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Join neighbouring texts and take out blanks that only lay out the source."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            joined.append(piece)
        elif joined and joined[-1].text:
            joined[-1] = Piece(joined[-1].text + piece.text)
        else:
            joined.append(piece)
    tidy = [
        Piece(" ".join(piece.text.split())) if piece.text else piece for piece in joined
    ]
    return [piece for piece in tidy if piece != Piece()]
