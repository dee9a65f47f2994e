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
# What is being fetched anew is dimmed, and has too little contrast until it is there:
# where something has changed meanwhile, a breach is looked for again.
ASK = """async options => {
  const isCalm = () => !document.querySelector(".htmx-request");
  for (let round = 1; ; round += 1) {
    const begun = performance.now();
    while (!isCalm() && performance.now() < begun + 10000)
      await new Promise((go) => setTimeout(go, 20));
    const changes = [], watch = new MutationObserver((seen) => changes.push(...seen));
    watch.observe(document, { subtree: true, childList: true, attributes: true });
    const { violations } = await axe.run(options);
    changes.push(...watch.takeRecords());
    watch.disconnect();
    if (!violations.length || !changes.length || round === 10) return violations;
  }
}"""
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
    """Name a breach, its first place, and what axe says of that."""
    node = breach["nodes"][0]
    return f"{breach['id']} at {node['target']}: {node['failureSummary']}"
