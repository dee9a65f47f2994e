"""Words that end consent, as a whole message; forgiving of case and punctuation."""

from __future__ import annotations

import re
import unicodedata

# A word counts only when it is the whole message: "don't stop" and "stop by later"
# are no opt-out.
WORDS: dict[str, tuple[str, ...]] = {
    "de": (
        "stop",
        "stopp",
        "stop bitte",
        "bitte stop",
        "abmelden",
        "bitte abmelden",
        "abbestellen",
        "austragen",
        "kündigen",
        "keine sms",
        "keine sms mehr",
        "keine nachrichten mehr",
    ),
    "en": (
        "stop all",
        "stopall",
        "stop sms",
        "sms stop",
        "please stop",
        "stop please",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "optout",
        "opt out",
        "opt-out",
        "remove me",
    ),
    "fr": ("arret", "arrêt", "arrêter", "désabonner", "désinscrire"),
    "es": ("baja", "alto", "parar", "cancelar", "darse de baja"),
    "it": ("ferma", "basta", "annulla", "cancellami", "disiscrivi"),
    "pl": ("wypisz", "rezygnuję", "rezygnuje", "koniec"),
    "tr": ("dur", "iptal", "ret"),
    "nl": ("afmelden", "uitschrijven", "stoppen"),
}
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


def is_stop(text: str) -> bool:
    """Say whether a whole message asks for no further messages."""
    return _plain(text) in _KNOWN


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    # A Turkish capital I with a dot folds to an i with a combining dot.
    folded = unicodedata.normalize("NFC", folded.replace("\u0307", ""))
    words = (_EDGE.sub("", word) for word in folded.split())
    return " ".join(word for word in words if word)


_KNOWN = frozenset(_plain(word) for words in WORDS.values() for word in words)
