"""Make the pictures of the README, from a house of its own with a shop in it.

    python -m scripts.screenshots               docs/images/home.png, campaign.png
    python -m scripts.screenshots --all DIR     every page: widths, themes, languages

Everything shown was made through the product: imported, sent by workers through the
sandbox, reported by webhooks. Only the days of past campaigns are moved afterwards.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts import chromium, showcase
from tests.browser.tour import pages_of
from tests.journeys.fixtures import Shop
from tests.journeys.house import REPOSITORY, House

IMAGES = REPOSITORY / "docs" / "images"
SIZES = {1280: 900, 390: 844}
DRAWN = """() => document.fonts.status === 'loaded'
  && [...document.querySelectorAll('[data-chart]')].every(one => 'drawn' in one.dataset)
  && document.getAnimations().every(one => one.playState !== 'running')"""


def open_page(context: BrowserContext, shop: Shop, path: str) -> Page:
    page = context.new_page()
    page.goto(urljoin(shop.house.url, path))
    page.wait_for_function(DRAWN)
    return page


def new_context(
    browser: Browser, shop: Shop, *, width: int, theme: str = "light", lang: str = "en"
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        locale={"en": "en-GB", "de": "de-DE"}[lang],
        timezone_id="Europe/Berlin",
    )
    for cookie in shop.visitor.session.cookies:
        value = str(cookie.value)
        context.add_cookies(
            [{"name": cookie.name, "value": value, "url": shop.house.url}]
        )
    return context


def picture(context: BrowserContext, shop: Shop, path: str, file: Path) -> None:
    page = open_page(context, shop, path)
    page.screenshot(path=file)
    page.close()


def make_readme(browser: Browser, shop: Shop) -> None:
    """Take both pictures while a campaign is on its way."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    context = new_context(browser, shop, width=1280)
    campaign = showcase.start_campaign(shop)
    showcase.wait_for_share(shop, campaign, share=0.6)
    picture(context, shop, campaign, IMAGES / "campaign.png")
    picture(context, shop, "/", IMAGES / "home.png")
    context.close()


def make_all(browser: Browser, shop: Shop, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Addresses are told apart by the product's own patterns, from its settings.
    os.environ["SEVEN_VAR_DIR"] = str(shop.house.var)
    django.setup()
    pages = pages_of(shop.visitor)
    for lang in ("en", "de"):
        for theme in ("light", "dark"):
            for width in SIZES:
                context = new_context(
                    browser, shop, width=width, theme=theme, lang=lang
                )
                for kind, path in pages.items():
                    name = re.sub(r"\W+", "-", kind).strip("-") or "home"
                    file = folder / f"{name}.{width}.{theme}.{lang}.png"
                    page = open_page(context, shop, path)
                    page.screenshot(path=file, full_page=True)
                    page.close()
                context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Make pictures of the product.")
    parser.add_argument("--all", type=Path, metavar="DIR", help="every page, to DIR")
    options = parser.parse_args()
    program = chromium.find()
    if program is None:
        sys.stderr.write(f"{chromium.NONE}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "var").start()
        try:
            shop = showcase.furnish(house)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=program, args=list(chromium.FLAGS)
                )
                make_readme(browser, shop)
                if options.all:
                    make_all(browser, shop, options.all)
                browser.close()
        finally:
            house.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
