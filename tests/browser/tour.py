"""Visit every page that can be reached by links, and note what is wrong with it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, TimeoutError

from tests.browser import axe
from tests.journeys.visitor import Shown, Visitor

# Another product's pages, pages for builders, and what is no page.
NOT_OURS = ("/admin", "/styleguide", "/auth/logout", "/static")
MOST_PAGES = 200
MOST_OF_A_KIND = 3
GRAVE = {"serious", "critical"}
# Charts follow a new width a moment later, colours a new theme.
SETTLE_MS = 10_000
FITS = "width => innerWidth === width && document.documentElement.scrollWidth <= width"
STILL = """theme => document.documentElement.dataset.bsTheme === theme
  && document.getAnimations().every(one => one.playState !== 'running')"""
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


class Anchors(HTMLParser):
    """Gathers the addresses of links; a whole tree of each page would take long."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") and "download" not in given:
            self.addresses.append(str(given["href"]))


def links_of(page: Shown, root: str) -> Iterator[str]:
    for address in Anchors(page.content).addresses:
        found = urlsplit(urljoin(page.url, address))
        is_ours = f"{found.scheme}://{found.netloc}" == root
        is_page = is_ours and "." not in found.path
        if is_page and not found.path.startswith(NOT_OURS):
            yield found.path


def pages_of(visitor: Visitor) -> dict[str, str]:
    """Return one address for each kind of page that links lead to."""
    root = visitor.url.rstrip("/")
    found: dict[str, str] = {}
    opened: dict[str, list[str]] = {}
    waiting = deque(["/"])
    while waiting and len(found) < MOST_PAGES:
        path = waiting.popleft()
        tried = opened.setdefault(kind_of(path), [])
        if path in tried or len(tried) >= MOST_OF_A_KIND:
            continue
        tried.append(path)
        page = visitor.open_page(path)
        if page is not None:
            # A redirect leads to another kind: a campaign that is a draft still.
            last = urlsplit(page.url).path
            found.setdefault(kind_of(last), last)
            waiting.extend(links_of(page, root))
    return found


class Tab:
    """A tab of a browser in which one page is looked at after the other."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.page = context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(said.text)

    def visit(self, path: str) -> Visit:
        """Open a page and look at it in both themes and on small screens."""
        page, made = self.page, Visit(path)
        self.faults = made.faults
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(urljoin(self.url, path))
        made.status = answer.status if answer else 0
        for theme, rules in axe.THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.wait_for_function(STILL, arg=theme, timeout=SETTLE_MS)
            found = axe.breaches(page, *rules)
            made.violations[theme] = [
                axe.shown(one) for one in found if one["impact"] in GRAVE
            ]
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if not fits(page, width):
                made.too_wide[width] = page.evaluate(WIDEST)
        return made


def fits(page: Page, width: int) -> bool:
    """Say whether nothing sticks out to the right, once the page has settled."""
    try:
        page.wait_for_function(FITS, arg=width, timeout=SETTLE_MS)
    except TimeoutError:
        return False
    return True
