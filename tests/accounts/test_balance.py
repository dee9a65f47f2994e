"""The balance in the bar refreshes in place, and says when it cannot."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, Poll, User
from tests.fixtures import ClientAs

AWAY = "The gateway is not reachable. We try again in a moment."


@pytest.fixture
def browser(owner: User, client_as: ClientAs, connection: Connection) -> Client:
    Connection.objects.update(balance=Decimal("184.27"), balance_at=timezone.now())
    return client_as(owner)


def bar(browser: Client, notice: str = "sandbox") -> BeautifulSoup:
    answer = browser.get(reverse("accounts:balance"), {"notice": notice})
    return BeautifulSoup(answer.content, "html.parser")


def fail(connection: Connection, times: int) -> None:
    Poll.objects.create(
        connection=connection,
        kind=Poll.Kind.BALANCE,
        due_at=timezone.now(),
        failures=times,
        error=AWAY,
    )


def test_fragment_holds_the_balance_and_asks_again(browser: Client) -> None:
    box = bar(browser).select_one("#balance")
    assert box and "184.27" in box.get_text()
    assert "every 30s" in str(box["hx-trigger"])


def test_page_and_fragment_are_the_same(browser: Client) -> None:
    page = BeautifulSoup(
        browser.get(reverse("accounts:team")).content, "html.parser"
    ).select_one("#balance")
    assert page and str(page) == str(bar(browser).select_one("#balance"))


def test_old_balance_says_so(browser: Client) -> None:
    Connection.objects.update(balance_at=timezone.now() - timedelta(minutes=40))
    assert "As of 40 minutes ago" in " ".join(bar(browser).get_text().split())


def test_one_failed_call_is_no_outage(browser: Client, connection: Connection) -> None:
    fail(connection, 1)
    assert not bar(browser).select("#strips")


def test_outage_brings_the_sentence_and_the_age(
    browser: Client, connection: Connection
) -> None:
    fail(connection, 2)
    strip = bar(browser).select_one("#strips[hx-swap-oob]")
    assert strip and "not reachable" in strip.get_text()
    assert "as of" in strip.get_text()


def test_sentence_that_is_shown_is_not_sent_again(
    browser: Client, connection: Connection
) -> None:
    fail(connection, 2)
    assert not bar(browser, notice="away").select("#strips")


def test_end_of_an_outage_takes_the_sentence_away(browser: Client) -> None:
    strip = bar(browser, notice="away").select_one("#strips")
    assert strip and "not reachable" not in strip.get_text()


def test_broken_connection_is_said_with_its_code(browser: Client) -> None:
    Connection.objects.update(state=Connection.State.BROKEN, broken_code=900)
    assert bar(browser).select("#strips [role=alert]")
    assert not bar(browser, notice="broken-900").select("#strips")


def test_workspace_without_a_connection_asks_for_nothing(
    owner: User, client_as: ClientAs
) -> None:
    page = client_as(owner).get(reverse("accounts:team"))
    box = BeautifulSoup(page.content, "html.parser").select_one("#balance")
    assert box and not box.has_attr("hx-get")
