"""What a search box means: all words anywhere, or the number in whatever spelling."""

from __future__ import annotations

from django.db.models import Q

from contacts import phone as phones
from contacts.folding import fold

MAX_WORDS = 6
# Shorter words are looked for where words begin: the index holds triples of signs, and
# "al" wants Alice rather than everybody with these letters somewhere.
MIN_ANYWHERE = 3
NOBODY = Q(pk__in=())


def matches(text: str, *, country: str) -> Q:
    """Return who a search finds; ``country`` is where numbers are at home."""
    # The search text has blanks for quotation marks, where own values begin and end.
    words = text.replace('"', " ").split()[:MAX_WORDS]
    if not words:
        return NOBODY
    all_words = Q()
    for word in words:
        all_words &= _has(word)
    digits = phones.search_digits(text, country=country)
    if not digits or words == [digits]:
        return all_words
    return all_words | Q(search_text__contains=digits)


def _has(word: str) -> Q:
    """Return who has a word: names are folded, other fields are in lower case only."""
    spellings = {fold(word), word.lower()}
    found = Q()
    for spelling in sorted(spellings):
        is_short = len(spelling) < MIN_ANYWHERE
        found |= Q(search_text__contains=f" {spelling}" if is_short else spelling)
    return found
