"""Prices: found, compared, with their history, as a file."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, Price, PriceChange, PriceCheck, User
from accounts.rights import Right
from accounts.selectors.clock import gateway_today
from tests.access import ViewAccess
from tests.fixtures import ClientAs


class TestChangesAccess(ViewAccess):
    url_name, right, methods = "accounts:price_changes", Right.READ, ("get",)


class TestCompareAccess(ViewAccess):
    url_name, right, methods = "accounts:price_compare", Right.READ, ("get",)


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def listed(connection: Connection) -> Connection:
    """Two countries, known for ten days; one price changed five days ago."""
    now, today = timezone.now(), gateway_today()
    place = {"country": "DE", "country_name": "Germany", "prefix": "49"}
    telekom = {"mcc": "262", "mncs": "01, 06", "network": "=Telekom"}
    austria = {"country": "AT", "country_name": "Austria", "prefix": "43"}
    was, since = Decimal("0.07"), now - timedelta(days=5)
    for row, amount in ((place, "0.075"), ({**place, **telekom}, "0.08"), (austria, 1)):
        changed = {"previous_amount": was, "changed_at": since} if row is place else {}
        Price.objects.create(
            connection=connection, amount=amount, seen_at=now, **row, **changed
        )
    PriceChange.objects.create(
        connection=connection, before=was, amount="0.075", changed_at=since, **place
    )
    for days in (0, 10):
        PriceCheck.objects.create(
            connection=connection,
            day=today - timedelta(days=days),
            checked_at=now,
            prices=3,
        )
    return connection


def lines_of(answer: Any) -> list[str]:
    """Return the lines of a file that was answered."""
    assert isinstance(answer, StreamingHttpResponse)
    return answer.getvalue().decode("utf-8-sig").splitlines()


def shown(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def countries(answer: Any) -> list[str]:
    return [a.get_text() for a in shown(answer).select("#prices td:first-child a")]


@pytest.mark.parametrize("text", ["telekom", "26206", "0049", "germ"])
def test_country_is_found_by_its_networks_too(
    browser: Client, listed: Connection, text: str
) -> None:
    page = browser.get(reverse("accounts:prices"), {"q": text})
    assert countries(page) == ["Germany"]
    # Found by one network, it still has the price of all of them.
    assert "0.075" in shown(page).select("#prices td.num")[0].get_text()


def test_every_network_is_a_file_without_formulas(
    browser: Client, listed: Connection
) -> None:
    rows = lines_of(browser.get(reverse("accounts:prices"), {"format": "csv"}))
    assert rows[0].startswith("Country;Code;Prefix;Network;MCC;MNC;Price (EUR)")
    assert "'=Telekom" in rows[3] and len(rows) == 4


def test_changes_say_was_is_and_since(browser: Client, listed: Connection) -> None:
    row = shown(browser.get(reverse("accounts:price_changes"))).select("tbody tr")[0]
    cells = [cell.get_text(strip=True) for cell in row.select("td")]
    assert cells == [
        "Germany",
        "All other networks",
        "0.07\xa0€",
        "0.075\xa0€",
        "+7.1\xa0%",
        "5 days ago",
    ]


def test_two_days_are_compared(browser: Client, listed: Connection) -> None:
    today = gateway_today()
    for days, count in ((9, 1), (2, 0)):
        start = today - timedelta(days=days)
        address = reverse("accounts:price_compare")
        page = browser.get(f"{address}?from={start}&to={today}")
        assert len(shown(page).select("#differences tbody tr")) == count


def test_comparison_is_a_file(browser: Client, listed: Connection) -> None:
    address = reverse("accounts:price_compare")
    rows = lines_of(browser.get(address, {"format": "csv"}))
    assert rows[1].startswith("Germany;DE;+49;;;;0,07000;0,07500;")


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("2001-01-01", "2026-01-01", "Prices of this day are not known here."),
        ("2026-02-01", "2026-01-01", "The first day is after the last one."),
        ("soon", "2026-01-01", "Enter a valid date."),
    ],
)
def test_days_that_cannot_be_compared_get_a_sentence(
    browser: Client, listed: Connection, start: str, end: str, sentence: str
) -> None:
    address = reverse("accounts:price_compare")
    page = browser.get(address, {"from": start, "to": end})
    assert sentence in shown(page).get_text()


def test_country_has_a_page_with_its_history(
    browser: Client, listed: Connection
) -> None:
    page = shown(browser.get(reverse("accounts:price_networks", args=["DE-49"])))
    days = [row.get_text(" ", strip=True) for row in page.select("#history tbody tr")]
    assert len(days) == 11
    assert "0.0700" in days[0] and "0.0750 0.0750 0.0800" in days[-1]
    assert len(page.select("#differences tbody tr")) == 1


def test_pages_without_a_connection_or_prices_say_what_to_do(
    browser: Client, owner: User
) -> None:
    for name in ("prices", "price_changes", "price_compare"):
        page = browser.get(reverse(f"accounts:{name}"))
        assert page.status_code == 200
        assert shown(page).select_one(".empty, .banner")


def test_prices_of_another_workspace_stay_there(
    stranger: User, client_as: ClientAs, listed: Connection
) -> None:
    address = reverse("accounts:price_networks", args=["DE-49"])
    assert client_as(stranger).get(address).status_code == 404
    page = client_as(stranger).get(reverse("accounts:price_changes"))
    assert "Germany" not in shown(page).get_text()
