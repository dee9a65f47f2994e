"""Gateway slow, down, answering nonsense, or refusing: pages open, say so, go on.

Every page of the navigation is opened, so that a new one is held to it from its first
day: it answers at once, without a call to the gateway, and what it loads afterwards
ends in a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection, Poll, User
from accounts.services import gateway, polls, schedules
from accounts.services.schedules import Claim
from seven_dashboard import navigation
from seven_dashboard.gateway.transport import Repeats
from seven_dashboard.navigation import Shown
from tests.fixtures import ClientAs, SandboxAccount
from tests.gateway.stub import Stub

# A page of a loaded machine; a call to the gateway that hangs takes longer.
AT_ONCE_S = 8.0
HTMX = {"HX-Request": "true"}
TROUBLES: dict[str, tuple[Callable[[Stub], object], str]] = {
    "slow": (lambda stub: stub.hangs(), "does not answer"),
    "down": (lambda stub: stub.close(), "not reachable"),
    "garbage": (lambda stub: stub.answers("<html>Bad"), "does not answer"),
    "scope": (lambda stub: stub.answers("902", status=403), "may not do this"),
    "right": (lambda stub: stub.answers("902"), "may not do this"),
}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stub(
    trouble: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stub]:
    """Give a gateway in this trouble."""
    server = Stub()
    settings.SEVEN_BASE_URL = server.url
    if trouble == "slow":
        # In any other trouble an answer comes, on a busy machine a little later.
        settings.GATEWAY_TIMEOUT_S = 0.3
        monkeypatch.setattr(gateway, "WAITED_FOR_S", 0.3)
    TROUBLES[trouble][0](server)
    yield server
    if trouble != "down":
        server.close()


@pytest.fixture
def known(connection: Connection) -> Connection:
    """Return a connection whose balance was known an hour ago."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Connection.objects.update(balance=Decimal("184.27"), balance_at=an_hour_ago)
    schedules.begin(connection)
    Poll.objects.update(succeeded_at=an_hour_ago)
    return connection


@pytest.fixture
def browser(owner: User, client_as: ClientAs, known: Connection) -> Client:
    return client_as(owner)


def poll_twice(connection: Connection) -> None:
    for _ in range(2):
        assert polls.run(Claim(connection.pk, Poll.Kind.BALANCE)) == "failed"


def pages() -> list[str]:
    found = navigation.entries(navigation.PAGES, Shown(role="owner"))
    return [entry.url for entry in navigation.flat(found)]


def opened(browser: Client, address: str, **headers: str) -> BeautifulSoup:
    began = time.perf_counter()
    answer = browser.get(address, headers=headers or None)
    assert time.perf_counter() - began < AT_ONCE_S, address
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.content, "html.parser")


def test_every_page_opens_at_once_and_what_it_loads_ends_in_a_sentence(
    browser: Client, known: Connection, stub: Stub, trouble: str
) -> None:
    poll_twice(known)
    loads: list[str] = []
    # Questions that hang may be read a little later than they are given up.
    asked = stub.takes(2 * Repeats().attempts if trouble == "slow" else 0)
    for address in pages():
        page = opened(browser, address)
        balance = page.select_one("#balance")
        assert balance and "184.27" in balance.get_text(), address
        boxes = page.select('main [hx-get][hx-trigger="load"]')
        loads += [str(box["hx-get"]) for box in boxes]
    assert len(stub.received) == asked
    assert reverse("accounts:gateway_check") in loads
    for address in loads:
        box = opened(browser, address, **HTMX)
        # Without a changed price there is nothing to say about prices.
        assert box.get_text(strip=True) or "analytics/prices" in address, address


def test_every_page_says_what_is_wrong(
    browser: Client, known: Connection, stub: Stub, trouble: str
) -> None:
    poll_twice(known)
    strip = opened(browser, reverse("accounts:team")).select_one("#strips")
    assert strip and TROUBLES[trouble][1] in strip.get_text()
    assert "1 hour ago" in strip.get_text()


def test_question_of_a_page_ends_in_a_sentence_and_another_try(
    browser: Client, known: Connection, stub: Stub, trouble: str
) -> None:
    answer = opened(browser, reverse("accounts:gateway_check"), **HTMX)
    assert TROUBLES[trouble][1] in answer.get_text()
    assert answer.select("a.btn[href]")


def test_refresh_button_answers_at_once(
    browser: Client, known: Connection, stub: Stub
) -> None:
    address = reverse("accounts:poll_refresh", kwargs={"kind": "hooks"})
    began = time.perf_counter()
    assert browser.post(address).status_code == 302
    assert time.perf_counter() - began < AT_ONCE_S
    assert stub.received == []


def test_end_of_the_trouble_takes_the_sentence_away(
    browser: Client, known: Connection, sandbox: SandboxAccount, settings: Settings
) -> None:
    url, settings.SEVEN_BASE_URL = settings.SEVEN_BASE_URL, "http://127.0.0.1:9/api"
    poll_twice(known)
    settings.SEVEN_BASE_URL = url
    assert polls.run(Claim(known.pk, Poll.Kind.BALANCE)) == "done"
    strip = opened(browser, reverse("accounts:team")).select_one("#strips")
    assert strip and "1 hour ago" not in strip.get_text()
