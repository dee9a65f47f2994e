"""Countries by their ISO code, in the language of the person."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

Choices = list[tuple[str, str]]


def choices() -> Choices:
    """Return (code, name) of every country that has phone numbers, by name."""
    names = _names(get_language() or "en")
    known = [(code, names.get(code, code)) for code in phonenumbers.SUPPORTED_REGIONS]
    return sorted(known, key=lambda choice: sort_key(choice[1]))


def name_of(code: str, *, fallback: str = "") -> str:
    return _names(get_language() or "en").get(code, fallback or code)


def sort_key(name: str) -> str:
    """Return what a name is sorted by: "Österreich" stands beside "Oman"."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()


def found_by_name(text: str) -> list[str]:
    """Return the codes of countries whose name holds `text`."""
    wanted = text.casefold()
    names = _names(get_language() or "en")
    return [code for code, name in names.items() if wanted in name.casefold()]


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    # The list holds continents too, under three digits.
    named = locale_of(language).territories
    return {code: name for code, name in named.items() if code.isalpha()}


def locale_of(language: str) -> Locale:
    """Return what is known of a language; of an unknown one, of English."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
