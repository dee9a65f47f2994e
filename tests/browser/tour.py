"""Visit every page that can be reached by links, and note what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page, TimeoutError

from tests.journeys.fixtures import Shop
from tests.journeys.visitor import Shown, Visitor

# Another product's pages, pages for builders, and what is no page.
NOT_OURS = ("/admin", "/styleguide", "/auth/logout", "/static")
MOST_PAGES = 200
MOST_OF_A_KIND = 3
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GRAVE = {"serious", "critical"}
# Charts follow a new width a moment later, colours a new theme.
SETTLE_MS = 10_000
FITS = "width => innerWidth === width && document.documentElement.scrollWidth <= width"
STILL = """theme => document.documentElement.dataset.bsTheme === theme
  && document.getAnimations().every(one => one.playState !== 'running')"""
# Only colours change with the theme.
RULES: dict[str, list[str]] = {"light": [], "dark": ["color-contrast"]}
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
    """Return the pattern of an address: pages of one kind are visited once."""
    try:
        route = resolve(path).route
    except Resolver404:
        return path
    return "/" + "/".join(
        "ID" if part.startswith("<") else part for part in route.split("/")
    )


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
    opened: dict[str, list[str]] = {}
    waiting = ["/"]
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        tried = opened.setdefault(kind_of(path), [])
        if path in tried or len(tried) >= MOST_OF_A_KIND:
            continue
        tried.append(path)
        page = open_page(visitor, path)
        if page is not None:
            # A redirect leads to another kind: a campaign that is a draft still.
            last = urlsplit(page.url).path
            found.setdefault(kind_of(last), last)
            waiting += links_of(page, root)
    return found


def open_page(visitor: Visitor, path: str) -> Shown | None:
    """Return a page, or nothing where a file is offered."""
    url = urljoin(visitor.url, path)
    answer = visitor.session.get(url, stream=True, timeout=30)
    is_page = "text/html" in answer.headers.get("Content-Type", "")
    is_file = "Content-Disposition" in answer.headers
    answer.close()
    return visitor.open(path) if is_page and not is_file else None


def visit(context: BrowserContext, shop: Shop, path: str) -> Visit:
    """Open a page and look at it in both themes and on small screens."""
    page, made, url = context.new_page(), Visit(path), urljoin(shop.house.url, path)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.on("pageerror", lambda error: made.faults.append(str(error)))
    page.on(
        "console",
        lambda said: made.faults.append(said.text) if said.type == "error" else None,
    )
    answer = page.goto(url)
    made.status = answer.status if answer else 0
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(STILL, arg=theme, timeout=SETTLE_MS)
        made.violations[theme] = violations(page, RULES[theme])
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if not fits(page, width):
            made.too_wide[width] = page.evaluate(WIDEST)
    page.close()
    return made


def fits(page: Page, width: int) -> bool:
    """Say whether nothing sticks out to the right, once the page has settled."""
    try:
        page.wait_for_function(FITS, arg=width, timeout=SETTLE_MS)
    except TimeoutError:
        return False
    return True


def violations(page: Page, rules: list[str]) -> list[str]:
    """Return grave breaches of these rules, or of all, with the first place of each."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    found: list[dict[str, Any]] = (
        Axe().run(page, options=options).response["violations"]
    )
    return [
        f"{one['id']} at {one['nodes'][0]['target']}"
        for one in found
        if one["impact"] in GRAVE
    ]
