"""The gateway's own words for a message that did not arrive, in sentences. Pure.

Several of them are one state here (``messaging.states.FROM_REPORT``), and yet it makes
a difference for a person whether a network gave up or turned the message away.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_SENTENCES: Final = {
    "NOTDELIVERED": gettext_noop("The network could not deliver it."),
    "REJECTED": gettext_noop("The network turned it away."),
    "FAILED": gettext_noop("It failed on the way to the network."),
    "NO-ANSWER": gettext_noop("Nobody answered the call."),
    "BUSY": gettext_noop("The line was busy."),
    "CANCELED": gettext_noop("The call ended before anybody answered it."),
}
_REMEDIES: Final = {
    "REJECTED": gettext_noop(
        "Networks turn away senders that they do not know, or texts that look like "
        "spam. Try another sender or another wording."
    ),
    "FAILED": gettext_noop(
        "The way to this network was out of order. Send it to these people again later."
    ),
    "NO-ANSWER": gettext_noop("Call them again at another time of the day."),
    "BUSY": gettext_noop("Call them again a little later."),
    "CANCELED": gettext_noop("Call them again at another time of the day."),
}


def is_known(word: str) -> bool:
    """Say whether a word tells why a message did not arrive."""
    return word in _SENTENCES


def sentence(word: str) -> str:
    """Return what a word means; "" for one that we do not know."""
    known = _SENTENCES.get(word)
    return _(known) if known else ""


def remedy(word: str) -> str:
    """Return what to do about it; "" where only the state says something."""
    known = _REMEDIES.get(word)
    return _(known) if known else ""


def all_words() -> tuple[str, ...]:
    return tuple(_SENTENCES)
