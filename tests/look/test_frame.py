"""The frame: navigation, theme, balance, palette, sign-in pages, error pages."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import Connection, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.look.urls")]


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def _soup(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


def test_page_without_a_url_is_left_out(browser: Client) -> None:
    links = [a.get_text(strip=True) for a in _soup(browser, "/").select(".side li a")]
    assert links == ["Home", "Campaigns", "Contacts"]


def test_page_of_a_noun_marks_its_entry(browser: Client) -> None:
    current = _soup(browser, "/campaigns/7/").select(".side [aria-current]")
    assert [a.get_text(strip=True) for a in current] == ["Campaigns"]


def test_second_level_shows_inside_its_entry_only(browser: Client) -> None:
    current = _soup(browser, "/groups/").select(".side [aria-current]")
    assert [a.get_text(strip=True) for a in current] == ["Groups"]
    assert not _soup(browser, "/campaigns/").select(".side .nav-list .nav-list")


def test_seldom_page_stands_in_the_navigation_while_it_is_open(
    browser: Client,
) -> None:
    there = [a.get_text(strip=True) for a in _soup(browser, "/groups/").select("li li")]
    assert there == ["Groups"]
    current = _soup(browser, "/fields/").select(".side [aria-current]")
    assert [a.get_text(strip=True) for a in current] == ["Fields"]


def test_palette_leads_to_seldom_pages(browser: Client) -> None:
    words = [a.get_text(strip=True) for a in _soup(browser, "/pages/").select("a")]
    assert "Fields" in words


def test_page_has_landmarks_language_and_skip_link(browser: Client) -> None:
    soup = _soup(browser, "/")
    assert soup.html and soup.html["lang"] == "en"
    assert soup.select_one("a.skip[href='#main']") and soup.select_one("main#main")
    names = [nav.get("aria-label") for nav in soup.select("nav")]
    assert names and all(names)


def test_caches_keep_parts_apart_from_the_page_of_their_address(
    browser: Client,
) -> None:
    assert "HX-Request" in browser.get("/analytics/")["Vary"]


def test_swaps_copy_no_style_that_the_policy_refuses(browser: Client) -> None:
    settings = _soup(browser, "/").select_one("meta[name=htmx-config]")
    assert settings
    assert "style" not in json.loads(str(settings["content"]))["attributesToSettle"]


def test_theme_is_in_the_first_answer(browser: Client) -> None:
    browser.cookies["theme"] = "dark"
    html = _soup(browser, "/").html
    assert html and html["data-bs-theme"] == "dark"


def test_theme_can_be_chosen_without_scripts(browser: Client) -> None:
    response = browser.post("/theme/", {"theme": "dark", "next": "/campaigns/"})
    assert response["Location"] == "/campaigns/"
    assert browser.cookies["theme"].value == "dark"


def test_theme_form_does_not_lead_away(browser: Client) -> None:
    response = browser.post("/theme/", {"theme": "x", "next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert "theme" not in browser.cookies


def test_balance_comes_with_its_age(browser: Client, connection: Connection) -> None:
    connection.balance = Decimal("184.27")
    connection.balance_at = timezone.now() - timedelta(minutes=3)
    connection.save()
    shown = _soup(browser, "/").select_one(".balance")
    assert (
        shown and "184.27" in shown.get_text() and "3 minutes ago" in shown.get_text()
    )


def test_broken_key_is_said_on_every_page(
    browser: Client, connection: Connection
) -> None:
    connection.state = Connection.State.BROKEN
    connection.save()
    assert _soup(browser, "/").select_one(".strip [role=alert]")


def test_sandbox_is_said_on_every_page(
    browser: Client, connection: Connection, settings: LazySettings
) -> None:
    strip = _soup(browser, "/").select_one(".strip")
    assert strip and "Sandbox" in strip.get_text()
    settings.SEVEN_BASE_URL = "https://gateway.seven.io/api"
    assert not _soup(browser, "/").select_one(".strip")


def test_palette_works_as_a_page_and_as_a_fragment(browser: Client) -> None:
    assert _soup(browser, "/pages/").select_one("main a[role=option]")
    fragment = browser.get("/pages/", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content


def test_reader_is_not_offered_what_he_may_not_do(reader: User) -> None:
    client = Client()
    client.force_login(reader)
    offered = _soup(client, "/pages/").get_text()
    assert "New campaign" not in offered and "New contact" not in offered


def test_palette_needs_a_sign_in(owner: User) -> None:
    assert Client().get("/pages/").status_code == 302


@pytest.mark.parametrize("path", ["/auth/login/", "/auth/password/reset/"])
def test_signed_out_page_has_our_frame(path: str, owner: User) -> None:
    soup = _soup(Client(), path)
    assert len(soup.select("main.plain-card h1")) == 1
    assert soup.select_one("main .field input") and soup.select_one("main .btn-primary")


@pytest.mark.parametrize("path", ["/auth/email/", "/auth/2fa/", "/auth/sessions/"])
def test_personal_page_has_tabs_and_one_heading(browser: Client, path: str) -> None:
    soup = _soup(browser, path)
    assert soup.select_one(".tabs [aria-current=page]")
    assert len(soup.select("h1")) == 1


@pytest.mark.parametrize("page", ["400", "403", "404", "413", "403_csrf"])
def test_error_page_says_what_to_do(page: str) -> None:
    request = RequestFactory().get("/")
    soup = BeautifulSoup(
        render_to_string(f"{page}.html", request=request), "html.parser"
    )
    assert soup.select_one("main h1") and soup.select_one("main p.lead-text")
    assert soup.select_one("main a.btn")


def test_page_of_a_crash_needs_nothing() -> None:
    assert "Something went wrong" in render_to_string("500.html")


def test_style_page_exists_with_debug_only(
    browser: Client, settings: LazySettings
) -> None:
    settings.IS_TRIAL = False
    assert browser.get("/styleguide/").status_code == 404


def test_sign_in_page_offers_no_sign_up(owner: User) -> None:
    soup = _soup(Client(), "/auth/login/")
    assert not soup.select("a[href*=signup]")
    assert soup.select_one("#passkey_login") and soup.select_one("form#mfa_login")


def test_sign_up_by_oneself_is_explained(owner: User) -> None:
    assert "invitation" in _soup(Client(), "/auth/signup/").get_text()


def test_wrong_password_is_said_and_the_address_kept(owner: User) -> None:
    given = {"login": "owner@bakery.example", "password": "wrong"}
    answer = Client().post("/auth/login/", given)
    soup = BeautifulSoup(answer.content, "html.parser")
    assert soup.select_one(".banner-danger[role=alert]")
    kept = soup.select_one("[name=login]")
    assert kept and kept["value"] == "owner@bakery.example"
