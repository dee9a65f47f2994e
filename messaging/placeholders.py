"""Places in an SMS that the gateway puts a link to a file into: ``[[flyer.pdf]]``."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

# gateway.md 3.1: a recorded answer had https://svn.me/ and nine signs. An account with
# a domain of its own may have longer links; the gateway documents no length. Only how
# long it is matters: the text is measured and shown with it before there is a link.
LINK: Final = "https://svn.me/" + 9 * "x"
NAME_MAX: Final = 40

_PLACE = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_FOREIGN = re.compile(r"[^A-Za-z0-9._-]+")


def names_in(text: str) -> list[str]:
    """Return the names between double brackets in order, each once."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def linked(text: str, names: Collection[str]) -> str:
    """Return the text as long as it will be: a link in each place of a file."""
    if not names:
        return text
    return _PLACE.sub(lambda m: LINK if m.group(1) in names else m.group(), text)


def name_of(filename: str) -> str:
    """Return a file's name as a placeholder can have it: letters, digits, . - _."""
    return _FOREIGN.sub("-", filename).strip("-.")[-NAME_MAX:].strip("-.")


def could_be(sent: str, text: str) -> bool:
    """Say whether a text of the journal may be ours, with links where it had places."""
    sent, text = sent.strip(), text.strip()
    if sent == text:
        return True
    pieces = _PLACE.split(text)
    if len(pieces) == 1:
        return False
    pattern = r"\S+".join(re.escape(piece) for piece in pieces[::2])
    return re.fullmatch(pattern, sent) is not None
