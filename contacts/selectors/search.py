"""What a search box means: all words anywhere, or the number in whatever spelling."""

from __future__ import annotations

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from contacts import number_forms
from contacts.folding import fold
from contacts.models import Contact

MAX_WORDS = 6
# Shorter words are looked for where words begin: the index holds triples of signs, and
# "al" wants Alice rather than everybody with these letters somewhere.
MIN_ANYWHERE = 3
NOBODY = Q(pk__in=())


def matches(text: str, *, country: str, field: str = "search_text") -> Q:
    """Return who a search finds; ``country`` is where numbers are at home.

    ``field`` is another name of the same text: see ``among``.
    """
    # The search text has blanks for quotation marks, where own values begin and end;
    # "Schmidt, Anna" is how lists write a name.
    parts = (word.rstrip(",;") for word in text.replace('"', " ").split())
    words = [word for word in parts if word][:MAX_WORDS]
    if not words:
        return NOBODY
    all_words = Q()
    for word in words:
        all_words &= _has(word, field)
    found = all_words
    for digits in number_forms.search_forms(text, country=country):
        if words != [digits]:
            found |= Q((f"{field}__contains", digits))
    return found


def among(few: QuerySet[Contact], text: str, *, country: str) -> QuerySet[Contact]:
    """Return who of a bounded few a search finds, each read to be asked.

    Joined with nothing, the text is no longer what the index for words is made of.
    PostgreSQL would take that index where it seems cheap (right after a vacuum it
    does), and read everybody with a common name.
    """
    asked = few.alias(
        read_text=Concat("search_text", Value(""), output_field=TextField())
    )
    return asked.filter(matches(text, country=country, field="read_text"))


def _has(word: str, field: str) -> Q:
    """Return who has a word: names are folded, other fields are in lower case only."""
    spellings = {fold(word), word.lower()}
    found = Q()
    for spelling in sorted(spellings):
        is_short = len(spelling) < MIN_ANYWHERE
        wanted = f" {spelling}" if is_short else spelling
        found |= Q((f"{field}__contains", wanted))
    return found
