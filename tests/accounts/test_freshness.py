"""Pages say how old the gateway's figures are, and what is in the way of newer ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, Poll, User
from accounts.selectors import freshness
from accounts.services import asking, schedules
from seven_dashboard.gateway.client import SevenClient
from tests.fixtures import ClientAs, SandboxAccount

Kind = Poll.Kind
HTMX = {"HX-Request": "true"}


@pytest.fixture
def poll(connection: Connection) -> Poll:
    """Return a polling of hooks that went well a minute ago."""
    return Poll.objects.create(
        connection=connection,
        kind=Kind.HOOKS,
        due_at=timezone.now() + timedelta(hours=1),
        succeeded_at=timezone.now() - timedelta(minutes=1),
    )


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def state(browser: Client, **query: str) -> tuple[BeautifulSoup, str]:
    """Return the fragment for hooks, and the events it rings."""
    address = reverse("accounts:gateway_state", kwargs={"kind": "hooks"})
    answer = browser.get(address, query, headers=HTMX)
    soup = BeautifulSoup(answer.content, "html.parser")
    return soup, answer.headers.get("HX-Trigger", "")


def fail(poll: Poll, **values: object) -> None:
    Poll.objects.filter(pk=poll.pk).update(failures=1, **values)


def test_fragment_says_how_old_figures_are(browser: Client, poll: Poll) -> None:
    soup, _ = state(browser)
    assert "1 minute ago" in soup.get_text()


def test_nothing_new_rings_no_event(browser: Client, poll: Poll) -> None:
    assert poll.succeeded_at
    assert state(browser, seen=poll.succeeded_at.isoformat())[1] == ""


def test_newer_figures_ring_an_event(browser: Client, poll: Poll) -> None:
    assert "fresh-hooks" in state(browser, seen="2026-01-01T00:00:00+00:00")[1]


def test_outage_is_a_sentence_beside_the_age(browser: Client, poll: Poll) -> None:
    fail(poll, error="The gateway is not reachable. We try again in a moment.")
    soup, _ = state(browser)
    trouble = soup.select_one("[role=status]")
    assert trouble and "not reachable" in trouble.get_text()
    assert not trouble.select("a")


def test_missing_right_leads_to_the_connection(browser: Client, poll: Poll) -> None:
    fail(poll, error="The API key may not do this.", code=902)
    soup, _ = state(browser)
    link = soup.select_one("[role=status] a")
    assert link and link["href"] == reverse("accounts:connection")


def test_missing_scope_speaks_of_the_permission(
    browser: Client, poll: Poll, connection: Connection
) -> None:
    Connection.objects.update(method=Connection.Method.OAUTH)
    fail(poll, error="The API key may not do this.", code=902)
    assert "was not given the permission" in state(browser)[0].get_text()


def test_refresh_answers_a_fragment_that_watches(browser: Client, poll: Poll) -> None:
    address = reverse("accounts:poll_refresh", kwargs={"kind": "hooks"})
    soup = BeautifulSoup(browser.post(address, headers=HTMX).content, "html.parser")
    box = soup.select_one("#fresh-hooks")
    assert box and str(box["hx-trigger"]).startswith("every 2s")
    assert "Fetching" in box.get_text()


def test_old_figures_are_fetched_when_the_page_opens(
    connection: Connection, poll: Poll
) -> None:
    assert not freshness.of(connection, Kind.HOOKS).wants_refresh
    Poll.objects.update(succeeded_at=timezone.now() - timedelta(minutes=3))
    assert freshness.of(connection, Kind.HOOKS).wants_refresh


def test_figures_that_something_went_out_since_are_fetched_sooner(
    connection: Connection, poll: Poll
) -> None:
    found = replace(freshness.of(connection, Kind.HOOKS), is_behind=True)
    assert found.wants_refresh


def test_nothing_is_fetched_by_itself_while_something_is_in_the_way(
    connection: Connection, poll: Poll
) -> None:
    fail(poll, error="Down.", succeeded_at=None)
    assert not freshness.of(connection, Kind.HOOKS).wants_refresh


def test_fetch_that_hangs_is_said_to(connection: Connection, poll: Poll) -> None:
    Poll.objects.update(started_at=timezone.now() - timedelta(seconds=30))
    assert freshness.of(connection, Kind.HOOKS).is_slow


def test_kind_that_came_later_is_added_to_older_connections(
    connection: Connection, poll: Poll
) -> None:
    schedules.claim_due()
    assert Poll.objects.filter(connection=connection).count() == len(Kind.values)


def test_asking_returns_the_answer(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    asked = asking.ask(connection, lambda client: client.balance.get())
    assert asked.value and asked.value.amount == 1000


def test_asking_without_the_right_is_a_sentence(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    sandbox.ask("account", scopes=["sms"])
    asked = asking.ask(connection, lambda client: client.balance.get())
    assert asked.trouble and asked.trouble.is_for_person


def test_asking_with_a_revoked_key_breaks_the_connection(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    Connection.objects.update(api_key="revoked", signing_key="")
    connection.refresh_from_db()
    assert asking.ask(connection, lambda client: client.balance.get()).trouble
    assert Connection.objects.get().is_broken


def test_few_may_wait_for_the_gateway_at_once(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    def within(client: SevenClient, depth: int = asking.ASKS_AT_ONCE) -> str:
        inner = asking.ask(connection, lambda again: within(again, depth - 1))
        return str(inner.trouble.sentence) if inner.trouble else str(inner.value)

    assert "others are waiting" in within(SevenClient(base_url="http://x", api_key="k"))


def test_asking_lets_the_place_go_again(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    for _ in range(asking.ASKS_AT_ONCE + 1):
        assert asking.ask(connection, lambda client: 1).value == 1


# Where figures of each kind of polling are shown.
PAGES: dict[str, tuple[str, ...]] = {
    Kind.BALANCE: ("accounts:overview", "accounts:connection"),
    Kind.PRICING: ("accounts:prices",),
    Kind.ANALYTICS: ("messaging:analytics", "messaging:analytics_money"),
    Kind.BREAKDOWN: ("messaging:analytics_countries", "accounts:subaccount_list"),
    Kind.HOOKS: ("accounts:hook_list",),
    Kind.NUMBERS: ("accounts:number_list",),
    Kind.OFFERS: ("accounts:number_search",),
    Kind.SUBACCOUNTS: ("accounts:subaccount_list",),
}


@pytest.mark.parametrize("kind", Kind.values)
def test_page_of_each_kind_says_what_is_in_the_way(
    kind: str, connection: Connection, browser: Client
) -> None:
    schedules.begin(connection)
    Poll.objects.filter(kind=kind).update(failures=1, error="Not.", code=902)
    for name in PAGES[kind]:
        answer = browser.get(reverse(name))
        assert answer.status_code == 200
        said = BeautifulSoup(answer.content, "html.parser").select_one(
            f"main #fresh-{kind} .fresh-trouble"
        )
        assert said and "may not do this" in said.get_text(), name


@pytest.mark.parametrize("page", ["system", "overview", "connection"])
def test_page_includes_what_is_refreshed(
    page: str, browser: Client, connection: Connection
) -> None:
    soup = BeautifulSoup(
        browser.get(reverse(f"accounts:{page}")).content, "html.parser"
    )
    assert soup.select("[hx-get]")
