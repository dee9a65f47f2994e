"""Visit every page that can be reached by links, and note what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.fixtures import Shop
from tests.journeys.visitor import Shown, Visitor

# Another product's pages, pages for builders, and what is no page.
NOT_OURS = ("/admin", "/styleguide", "/auth/logout", "/static")
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
MOST_PAGES = 120
GRAVE = {"serious", "critical"}
WIDER = "document.documentElement.scrollWidth > innerWidth"
WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map(e => e.outerHTML.slice(0, 90))"""


@dataclass
class Visit:
    """What was found on one page."""

    path: str
    status: int = 0
    faults: list[str] = field(default_factory=list)
    violations: dict[str, list[str]] = field(default_factory=dict)
    too_wide: dict[int, list[str]] = field(default_factory=dict)


def kind_of(path: str) -> str:
    """Return the path with ids left out: pages of one kind are visited once."""
    return IDS.sub("ID", path)


def links_of(page: Shown, root: str) -> Iterator[str]:
    for link in page.soup.find_all("a", href=True):
        found = urlsplit(urljoin(page.url, str(link["href"])))
        is_page = not link.has_attr("download") and "." not in found.path
        is_ours = f"{found.scheme}://{found.netloc}" == root
        if is_page and is_ours and not found.path.startswith(NOT_OURS):
            yield found.path


def pages_of(visitor: Visitor) -> dict[str, str]:
    """Return one address for each kind of page that links lead to."""
    root = visitor.url.rstrip("/")
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if kind_of(path) in found:
            continue
        answer = visitor.session.get(root + path, stream=True, timeout=30)
        is_page = "text/html" in answer.headers.get("Content-Type", "")
        is_file = "Content-Disposition" in answer.headers
        answer.close()
        if not is_page or is_file:
            continue
        page = visitor.open(path)
        found[kind_of(path)] = path
        waiting += links_of(page, root)
    return found


def visit(page: Page, shop: Shop, path: str) -> Visit:
    """Open a page and look at it in both themes and on small screens."""
    made = Visit(path)
    page.on("pageerror", lambda error: made.faults.append(str(error)))
    page.on(
        "console",
        lambda said: made.faults.append(said.text) if said.type == "error" else None,
    )
    answer = page.goto(urljoin(shop.house.url, path))
    made.status = answer.status if answer else 0
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if theme == "light" else "dark")
        made.violations[theme] = violations(page)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(WIDER):
            made.too_wide[width] = page.evaluate(WIDEST)
    return made


def violations(page: Page) -> list[str]:
    """Return grave breaches of accessibility with the first place of each."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['id']} at {one['nodes'][0]['target']}"
        for one in found
        if one["impact"] in GRAVE
    ]
