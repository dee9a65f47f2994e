"""Who got it: the recipients of a campaign, one message, the file; the inbox."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contacts import csv_export
from contacts.models import Contact
from messaging.models import Campaign, Message
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, words


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


@pytest.fixture
def address(campaign: Campaign) -> str:
    return reverse("messaging:message_list", args=[campaign.pk])


def numbers(response: Any) -> list[str]:
    return [str(link["href"]) for link in soup(response).select(".row-link")]


def rows(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


class TestList:
    def test_state_chips_count_and_filter(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 3)
        add_messages(MessageState.REFUSED, 2, error_code=202)
        response = browser.get(f"{address}?state=refused")
        assert "Refused 2" in words(response, ".state-chips")
        assert len(numbers(response)) == 2
        assert "number is not valid" in words(response, "tbody")

    @pytest.mark.parametrize(
        "typed",
        [
            "+4917155000012",
            "0171 55000012",
            "0049 171/55000012",
            "+49 171 550 000 1",
            "0171 5500001",
        ],
    )
    def test_number_is_found_in_any_spelling(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        typed: str,
    ) -> None:
        add_messages(MessageState.DELIVERED, recipient="+4917155000012")
        add_messages(MessageState.DELIVERED, recipient="+4917199999999")
        response = browser.get(address, {"text": typed})
        assert len(numbers(response)) == 1

    @pytest.mark.parametrize("typed", ["nobody", "+", "12", "%", "+9999999999999999"])
    def test_what_is_no_number_finds_nothing(
        self, browser: Client, address: str, add_messages: AddMessages, typed: str
    ) -> None:
        add_messages(MessageState.DELIVERED)
        assert "No recipient fits" in words(browser.get(address, {"text": typed}))

    def test_all_pages_hold_each_row_once(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 120)
        seen: list[str] = []
        query = ""
        while True:
            page = browser.get(address + query)
            seen += numbers(page)
            older = soup(page).select_one("[rel=next]")
            if older is None:
                break
            query = str(older["href"])
        assert len(seen) == len(set(seen)) == 120

    def test_messages_are_neither_counted_nor_skipped_over(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 60)
        with CaptureQueriesContext(
            database,
        ) as asked:
            browser.get(f"{address}?state=delivered&after=999999999")
        on_messages = [q["sql"] for q in asked if "messaging_message" in q["sql"]]
        assert on_messages
        for sql in on_messages:
            assert "OFFSET" not in sql and "COUNT(" not in sql

    def test_asks_a_bounded_number_of_queries(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        django_assert_max_num_queries: Any,
    ) -> None:
        add_messages(MessageState.DELIVERED, 60)
        with django_assert_max_num_queries(30):
            browser.get(address)


class TestDetail:
    def test_shows_the_text_and_what_happened(
        self, browser: Client, campaign: Campaign, add_messages: AddMessages
    ) -> None:
        sent = add_messages(
            MessageState.DELIVERED, text="Hi Anna!", gateway_id="77123", attempts=1
        )[0]
        address = reverse("messaging:message_detail", args=[campaign.pk, sent.pk])
        shown = words(browser.get(address))
        assert "Hi Anna!" in shown and "77123" in shown and "0.075 €" in shown

    @pytest.mark.parametrize(
        ("decision", "state"), [("sent", "accepted"), ("send_again", "queued")]
    )
    def test_person_settles_an_unclear_message(
        self,
        manager: User,
        client_as: ClientAs,
        message: Message,
        decision: str,
        state: str,
    ) -> None:
        Message.objects.update(attempted_at=timezone.now())
        address = reverse(
            "messaging:message_settle", args=[message.campaign_id, message.pk]
        )
        client_as(manager).post(address, {"decision": decision})
        message.refresh_from_db()
        assert message.state == state

    def test_unknown_decision_changes_nothing(
        self, manager: User, client_as: ClientAs, message: Message
    ) -> None:
        address = reverse(
            "messaging:message_settle", args=[message.campaign_id, message.pk]
        )
        client_as(manager).post(address, {"decision": "forget"})
        message.refresh_from_db()
        assert message.state == MessageState.UNCLEAR


class TestExport:
    @pytest.fixture
    def browser(self, manager: User, client_as: ClientAs) -> Client:
        return client_as(manager)

    def test_holds_each_recipient_with_a_readable_number(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, recipient="+491711234567", text="Hi")
        head, row = rows(browser.get(f"{address}export/"))
        assert row[head.index("Number")] == "+49 1711234567"
        assert row[head.index("State")] == "Delivered"
        assert row[head.index("Price in EUR")] == "0.075"

    def test_keeps_the_filter_of_the_list(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 2)
        add_messages(MessageState.REFUSED, 3, error_code=202)
        assert len(rows(browser.get(f"{address}export/?state=refused"))) == 1 + 3

    def test_goes_beyond_one_chunk(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("messaging.selectors.recipient_rows.BATCH", 4)
        add_messages(MessageState.DELIVERED, 11)
        found = [row[0] for row in rows(browser.get(f"{address}export/"))[1:]]
        assert len(set(found)) == 11

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_formula_is_neutralised(self, start: str) -> None:
        assert csv_export.neutral(f"{start}cmd()").startswith("'")

    def test_formula_in_a_name_is_neutralised(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        contact: Contact,
    ) -> None:
        Contact.objects.update(firstname="=1+1", lastname="")
        add_messages(MessageState.DELIVERED, contact=contact)
        head, row = rows(browser.get(f"{address}export/"))
        assert row[head.index("Contact")] == "'=1+1"

    def test_german_file_has_semicolons(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED)
        response: Any = browser.get(
            f"{address}export/", headers={"accept-language": "de"}
        )
        first = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[0]
        assert ";" in first and "," not in first
