"""Read a page as a person sees it."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: Any, selector: str = "main") -> str:
    """Return the visible text of a part of a page, blanks joined."""
    parts = (part.get_text(" ") for part in soup(response).select(selector))
    return " ".join(" ".join(parts).split())


def stat(response: Any, label: str) -> str:
    """Return the figure that stands under a label."""
    for box in soup(response).select(".stat"):
        shown, value = box.select_one(".stat-label"), box.select_one(".stat-value")
        if shown and value and shown.get_text().strip() == label:
            return value.get_text().strip()
    raise AssertionError(f"no figure called {label!r}")


def fact(response: Any, term: str) -> str:
    """Return what a definition list says about a term."""
    for found in soup(response).select("dl dt"):
        if found.get_text().strip() == term:
            answer = found.find_next_sibling("dd")
            assert isinstance(answer, Tag)
            return " ".join(answer.get_text(" ").split())
    raise AssertionError(f"no fact called {term!r}")
