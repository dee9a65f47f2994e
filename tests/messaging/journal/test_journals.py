"""The gateway's journals on a page: live, linked, and usable whatever happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import Contact
from messaging import journal_words
from messaging.foreign_ids import ForeignId
from messaging.models import Campaign, InboundMessage, Message
from seven_dashboard.gateway.errors import error_for_status
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.pages.shown import soup

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


def page_of(browser: Client, address: str, **query: str | int) -> Any:
    return soup(browser.get(address, query))


def rows(browser: Client, journal: str = "outbound", **query: str | int) -> Any:
    answer = browser.get(f"/journal/{journal}/rows/", query, headers=HTMX)
    assert answer.status_code == 200
    return soup(answer)


def said(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


def texts(page: Any) -> list[str]:
    return [said(row) for row in page.select("tbody tr")]


def send(sandbox: SandboxAccount, *numbers: str, **more: Any) -> list[str]:
    with sandbox.client() as client:
        receipt = client.sms.send(to=numbers, text="Hello", **more)
    return [str(message.id) for message in receipt.messages]


def ours(workspace: Workspace, number: str, **more: Any) -> Message:
    campaign = Campaign.objects.create(workspace=workspace, name="Winter card")
    usual = {"workspace": workspace, "campaign": campaign, "recipient": number}
    return Message.objects.create(**usual, **more)


@pytest.mark.usefixtures("connection")
class TestLive:
    def test_page_renders_without_asking_the_gateway(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        page = page_of(browser, "/journal/")
        assert page.select_one("#journal-entries")["hx-trigger"] == "load"
        assert sandbox.ask("requests") == {}

    def test_entries_of_the_gateway_are_shown(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        send(sandbox, "491711234567", label="spring")
        [row] = texts(rows(browser))
        assert "+49 171 1234567" in row
        assert "label spring" in row
        assert "Missing here" in row

    def test_without_scripts_the_rows_are_a_whole_page(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        send(sandbox, "491711234567")
        page = page_of(browser, "/journal/outbound/rows/")
        assert page.select_one("h1").text.strip() == "Journal"
        assert len(texts(page)) == 1

    def test_pages_are_the_gateways(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        send(sandbox, *(f"4917112345{n:02}" for n in range(30)))
        first = rows(browser, limit=25)
        assert len(texts(first)) == 25
        older = first.select_one("a[rel=next]")["href"]
        assert "offset=25" in older
        second = rows(browser, limit=25, offset=25)
        assert len(texts(second)) == 5
        assert second.select_one("a[rel=next]") is None
        assert second.select_one("a[rel=prev]") is not None

    def test_every_filter_reaches_the_gateway(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        first, _other = send(sandbox, "491711234567", "491711234568")
        today = timezone.localdate()
        assert len(texts(rows(browser, to="0171 1234567"))) == 1
        assert len(texts(rows(browser, id=first))) == 1
        assert texts(rows(browser, state="EXPIRED")) == []
        day = str(today - timedelta(days=3))
        assert texts(rows(browser, date_from=day, date_to=day)) == []

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ({"id": "x1"}, "An id is digits alone"),
            ({"to": "x"}, "Write a whole number"),
            ({"date_from": "soon"}, "Enter a valid date"),
            (
                {"date_from": "2026-02-02", "date_to": "2026-02-01"},
                "The last day is before the first",
            ),
            ({"limit": "1000"}, "Select a valid choice"),
        ],
    )
    def test_bad_filter_gets_a_sentence(
        self, browser: Client, query: dict[str, str], sentence: str
    ) -> None:
        assert sentence in said(page_of(browser, "/journal/", **query).body)

    def test_unknown_journal_is_404(self, browser: Client) -> None:
        assert browser.get("/journal/other/").status_code == 404

    def test_what_was_received_is_shown(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        # What looks like a card of ours is shown as somebody wrote it.
        said_so = '{"title": "Hi there"}'
        sandbox.ask("inbound", **{"from": "491711234567", "text": said_so})
        [row] = texts(rows(browser, "inbound"))
        assert said_so in row
        assert texts(rows(browser, "replies")) == []

    def test_calls_are_shown(self, browser: Client, sandbox: SandboxAccount) -> None:
        with sandbox.client() as client:
            client.voice.send(to=["491711000902"], text="Hello")
        [row] = texts(rows(browser, "voice"))
        assert "+49 171 1000902" in row


@pytest.mark.usefixtures("connection", "sandbox")
class TestLinks:
    def test_our_message_is_found_by_the_gateways_id(
        self, browser: Client, sandbox: SandboxAccount, workspace: Workspace
    ) -> None:
        [gateway_id] = send(sandbox, "491711234567")
        ours(workspace, "+491711234567", gateway_id=gateway_id)
        [row] = texts(rows(browser))
        assert "Winter card" in row
        assert "Missing here" not in row

    def test_our_message_is_found_by_our_id(
        self, browser: Client, sandbox: SandboxAccount, workspace: Workspace
    ) -> None:
        row = ours(workspace, "+491711234567")
        send(
            sandbox,
            "491711234567",
            foreign_id=str(ForeignId(row.campaign_id, row.pk, 1)),
        )
        assert "Winter card" in texts(rows(browser))[0]

    def test_our_message_of_a_group_is_found_by_its_number(
        self, browser: Client, sandbox: SandboxAccount, workspace: Workspace
    ) -> None:
        row = ours(workspace, "+491711234567")
        group = f"{row.campaign_id.hex}-g-{'0' * 16}"
        send(sandbox, "491711234567", "491711234568", foreign_id=group)
        found = texts(rows(browser))
        assert ["Winter card" in text for text in found] == [False, True]

    def test_another_workspaces_message_is_missing_here(
        self, browser: Client, sandbox: SandboxAccount, other_workspace: Workspace
    ) -> None:
        [gateway_id] = send(sandbox, "491711234567")
        ours(other_workspace, "+491711234567", gateway_id=gateway_id)
        assert "Missing here" in texts(rows(browser))[0]

    def test_contact_is_linked_by_the_number(
        self, browser: Client, sandbox: SandboxAccount, workspace: Workspace
    ) -> None:
        contact = Contact.objects.create(
            workspace=workspace, phone="+491711234567", firstname="Anna"
        )
        send(sandbox, "491711234567")
        link = rows(browser).select_one("tbody a")
        assert link["href"] == f"/contacts/{contact.uuid}/"
        assert link.text == "Anna"

    def test_only_what_is_missing_is_shown(
        self, browser: Client, sandbox: SandboxAccount, workspace: Workspace
    ) -> None:
        here, _elsewhere = send(sandbox, "491711234567", "491711234568")
        ours(workspace, "+491711234567", gateway_id=here)
        page = rows(browser, missing="1")
        [row] = texts(page)
        assert "+49 171 1234568" in row
        assert "2 entries looked at, missing here: 1" in said(page)

    def test_reply_that_a_webhook_brought_is_here(
        self, browser: Client, sandbox: SandboxAccount, workspace: Workspace
    ) -> None:
        sandbox.ask("inbound", **{"from": "491711234567", "text": "Hi"})
        InboundMessage.objects.create(
            workspace=workspace,
            channel="sms",
            gateway_id="another",
            sender="+491711234567",
            text="Hi",
            received_at=timezone.now(),
        )
        assert "Received here" in texts(rows(browser, "inbound"))[0]

    def test_a_page_costs_the_same_queries_whatever_its_size(
        self,
        browser: Client,
        sandbox: SandboxAccount,
        workspace: Workspace,
    ) -> None:
        [only] = send(sandbox, "491711234500")
        ours(workspace, "+491711234500", gateway_id=only)
        with CaptureQueriesContext(database) as of_one:
            assert len(texts(rows(browser))) == 1
        ids = send(sandbox, *(f"4917112346{n:02}" for n in range(40)))
        for n, gateway_id in enumerate(ids):
            ours(workspace, f"+4917112346{n:02}", gateway_id=gateway_id)
        with CaptureQueriesContext(database) as of_many:
            assert len(texts(rows(browser))) == 41
        assert len(of_many) <= len(of_one)


@pytest.mark.usefixtures("connection")
class TestTrouble:
    @pytest.mark.parametrize(
        ("fault", "sentence"),
        [
            ("code-902", "The API key has no right to read the journal"),
            ("code-900", "does not know this API key"),
            ("503", "cannot be reached"),
            ("429", "asks us to slow down"),
            ("garbage-before", "did not answer in time"),
            ("drop-before", "did not answer in time"),
        ],
    )
    def test_each_trouble_has_its_sentence(
        self, browser: Client, sandbox: SandboxAccount, fault: str, sentence: str
    ) -> None:
        sandbox.ask("faults", next=[{"fault": fault, "times": 5}], scope="all")
        page = rows(browser)
        assert sentence in said(page)
        assert page.select_one("a[hx-get]") is not None

    def test_key_without_the_right_says_what_to_allow(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        sandbox.ask("account", scopes=["sms"])
        assert "Allow it in the key's settings" in said(rows(browser))

    def test_slow_gateway_is_given_up(
        self,
        browser: Client,
        sandbox: SandboxAccount,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("accounts.services.gateway.WAITED_FOR_S", 0.2)
        sandbox.ask("faults", next=["hang-before"], scope="all", hang_s=30)
        assert "did not answer in time" in said(rows(browser))

    def test_gateway_that_is_down_is_said(self, browser: Client, settings: Any) -> None:
        settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
        assert "cannot be reached" in said(rows(browser))

    def test_last_known_entries_stay_in_sight_with_their_age(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        send(sandbox, "491711234567")
        rows(browser)
        sandbox.ask("faults", next=["503"], scope="all")
        page = rows(browser)
        assert len(texts(page)) == 1
        assert "As of just now" in said(page)
        assert "Below is what was read before." in said(page)

    def test_page_opens_with_the_last_known_entries(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        send(sandbox, "491711234567")
        rows(browser)
        assert len(texts(page_of(browser, "/journal/outbound/"))) == 1
        assert texts(page_of(browser, "/journal/outbound/?to=0301234567")) == []

    def test_another_key_begins_anew(
        self, browser: Client, sandbox: SandboxAccount, connection: Connection
    ) -> None:
        send(sandbox, "491711234567")
        rows(browser)
        Connection.objects.update(keys_changed_at=timezone.now())
        assert texts(page_of(browser, "/journal/")) == []

    def test_broken_connection_is_not_asked(
        self, browser: Client, sandbox: SandboxAccount, connection: Connection
    ) -> None:
        Connection.objects.update(state="broken", broken_code=900)
        assert "could not be read now" in said(rows(browser))
        assert sandbox.ask("requests") == {}


def test_workspace_without_an_account_is_told_what_to_do(browser: Client) -> None:
    page = page_of(browser, "/journal/")
    assert "No gateway account yet" in said(page.body)


def test_permission_without_the_scope_says_how_to_get_it() -> None:
    """A key without the right answers 902, a permission without the scope HTTP 403."""
    refused = error_for_status(403, operation="JournalOutbound")
    assert "Connect the account again" in journal_words.trouble(refused)
