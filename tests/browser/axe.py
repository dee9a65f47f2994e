"""Ask axe what is wrong with a page for people who see, hear or move otherwise."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Which rules are asked in which theme, none for all: only colours change.
THEMES: tuple[tuple[Literal["light", "dark"], tuple[str, ...]], ...] = (
    ("light", ()),
    ("dark", ("color-contrast",)),
)
ASK = "options => axe.run(options).then(found => found.violations)"
IS_THERE = "() => 'axe' in window"


def breaches(page: Page, *rules: str) -> list[dict[str, Any]]:
    """Return the rules that a page breaks, of these rules or of all."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(ASK, options)
    return found


def shown(breach: dict[str, Any]) -> str:
    """Name a breach and its first place."""
    return f"{breach['id']} at {breach['nodes'][0]['target']}"
