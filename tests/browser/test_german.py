"""Every page in German: no English words are left between the German ones."""

from __future__ import annotations

import re

import pytest

from tests.browser.furniture import Furnished
from tests.journeys.visitor import Shown, Visitor

pytestmark = pytest.mark.journey

# Frequent English words that are no German words; country codes have capitals only.
WORDS = (
    "the and or your you with this that are is not from yet nothing have has been will "
    "for by to it there please search close send save delete cancel"
)
ENGLISH = re.compile(rf"\b({'|'.join([*WORDS.split(), *WORDS.title().split()])})\b")


def words_of(page: Shown) -> str:
    """Return all that is read or spoken, but no codes."""
    # Values of the audit trail stand as they were written, in the words of that day.
    left_out = "script, style, code, kbd, textarea, option, [translate=no]"
    for part in page.soup.select(left_out):
        part.decompose()
    spoken = [
        str(tag[name])
        for name in ("aria-label", "title", "placeholder", "alt")
        for tag in page.soup.select(f"[{name}]")
    ]
    words = " ".join([page.soup.get_text(" "), *spoken])
    # Names that are the same in German.
    return words.replace("Isle of Man", "").replace("RCS for Business", "")


def test_no_page_speaks_english_to_germans(
    furnished: Furnished, every_page: dict[str, str]
) -> None:
    shop, _more = furnished
    visitor = Visitor(shop.house.url)
    visitor.session.cookies.update(shop.visitor.session.cookies)
    visitor.session.headers["Accept-Language"] = "de"
    left = {}
    for kind, path in every_page.items():
        words = " ".join(words_of(visitor.open(path)).split())
        found = [
            words[max(0, m.start() - 30) : m.end() + 30]
            for m in ENGLISH.finditer(words)
            # Codes of countries, like IT and BE.
            if not m.group().isupper()
        ]
        if found:
            left[kind] = found
    assert left == {}
