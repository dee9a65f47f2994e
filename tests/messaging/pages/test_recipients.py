"""Narrow the recipients of a campaign, page through them, and take them away."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AuditEntry, User
from contacts.models import Contact
from contacts.services import written_tables
from messaging.models import (
    Campaign,
    InboundMessage,
    Message,
    Reaction,
    RecipientExport,
)
from messaging.selectors import recipients
from messaging.selectors.recipients import Filter
from messaging.services import recipient_exports
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, words

State = MessageState


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


@pytest.fixture
def address(campaign: Campaign) -> str:
    return reverse("messaging:message_list", args=[campaign.pk])


def found(campaign: Campaign, **wanted: str) -> set[int]:
    return {row.pk for row in recipients.page(campaign, Filter(**wanted)).rows}


def ids(messages: list[Message]) -> set[int]:
    return {message.pk for message in messages}


def test_reason_is_a_code_or_why_it_was_skipped(
    campaign: Campaign, add_messages: AddMessages
) -> None:
    invalid = add_messages(State.REFUSED, 2, error_code=202)
    add_messages(State.REFUSED, 1, error_code=403)
    stopped = add_messages(State.SKIPPED, 1, skip_reason="opted_out")
    assert found(campaign, reason="202") == ids(invalid)
    assert found(campaign, reason="opted_out") == ids(stopped)


def test_country(campaign: Campaign, add_messages: AddMessages) -> None:
    add_messages(State.DELIVERED, 2)
    theirs = add_messages(State.DELIVERED, country="AT", recipient="+436641234567")
    assert found(campaign, country="AT") == ids(theirs)


def test_country_that_shares_its_code(
    campaign: Campaign, add_messages: AddMessages
) -> None:
    add_messages(State.DELIVERED, country="US", recipient="+12125550123")
    theirs = add_messages(State.DELIVERED, country="CA", recipient="+14165550123")
    assert found(campaign, country="CA") == ids(theirs)


def test_name(campaign: Campaign, add_messages: AddMessages, contact: Contact) -> None:
    add_messages(State.DELIVERED, 2)
    theirs = add_messages(State.DELIVERED, contact=contact)
    assert found(campaign, text="weber anna") == ids(theirs)


def test_common_name(
    campaign: Campaign,
    add_messages: AddMessages,
    contact: Contact,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recipients, "MOST_NAMED", 0)
    theirs = add_messages(State.DELIVERED, contact=contact)
    assert found(campaign, text="weber") == ids(theirs)


def test_middle_of_a_number_finds_its_contact(
    campaign: Campaign, add_messages: AddMessages, contact: Contact
) -> None:
    theirs = add_messages(State.DELIVERED, contact=contact, recipient=contact.phone)
    assert found(campaign, text="1234567") == ids(theirs)


def test_who_did_what(campaign: Campaign, add_messages: AddMessages) -> None:
    clicked, replied, stopped, _quiet = add_messages(State.DELIVERED, 4)
    Reaction.objects.create(
        campaign=campaign, message=clicked, kind="click", at=timezone.now()
    )
    for n, message in enumerate((replied, stopped)):
        InboundMessage.objects.create(
            workspace=campaign.workspace,
            channel="sms",
            gateway_id=str(n),
            sender=message.recipient,
            answers=message,
            campaign=campaign,
            is_opt_out=message is stopped,
            received_at=timezone.now(),
        )
    assert found(campaign, did="clicked") == {clicked.pk}
    assert found(campaign, did="replied") == {replied.pk}
    assert found(campaign, did="stop") == {stopped.pk}


def test_filters_narrow_together(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    add_messages(State.REFUSED, 1, error_code=202)
    wanted = add_messages(
        State.REFUSED, error_code=202, country="AT", recipient="+436641234567"
    )[0]
    query = {"state": "refused", "reason": "202", "country": "AT"}
    links = soup(browser.get(address, query)).select(".row-link")
    assert [str(link["href"]).split("/")[-2] for link in links] == [str(wanted.pk)]


@pytest.mark.parametrize("query", ["state=x", "reason=DROP", "country=ZZ", "did=x"])
def test_nonsense_narrows_nothing(
    browser: Client, address: str, add_messages: AddMessages, query: str
) -> None:
    add_messages(State.DELIVERED, 2)
    assert len(soup(browser.get(f"{address}?{query}")).select(".row-link")) == 2


def test_pages_by_number_hold_each_row_once(
    browser: Client, address: str, add_messages: AddMessages
) -> None:
    add_messages(State.DELIVERED, 120)
    seen: list[str] = []
    query = "?country=DE"
    while query:
        page = soup(browser.get(address + query))
        seen += [str(link["href"]) for link in page.select(".row-link")]
        older = page.select_one("[rel=next]")
        query = str(older["href"]) if older else ""
    assert len(seen) == len(set(seen)) == 120
    newer = page.select_one("[rel=prev]")
    assert newer is not None
    back = soup(browser.get(address + str(newer["href"]))).select(".row-link")
    assert [str(link["href"]) for link in back] == seen[50:100]


def test_contact_is_one_click_away(
    browser: Client, address: str, add_messages: AddMessages, contact: Contact
) -> None:
    add_messages(State.DELIVERED, contact=contact)
    links = [str(a["href"]) for a in soup(browser.get(address)).select("td a")]
    assert f"/contacts/{contact.uuid}/" in links


class TestExport:
    @pytest.fixture(autouse=True)
    def media(self, tmp_path: Path, settings: Any) -> None:
        settings.MEDIA_ROOT = tmp_path

    @pytest.fixture
    def browser(self, manager: User, client_as: ClientAs) -> Client:
        return client_as(manager)

    def test_reader_is_offered_none(
        self, reader: User, manager: User, client_as: ClientAs, address: str
    ) -> None:
        shown = [client_as(who).get(address) for who in (manager, reader)]
        assert ["export/" in page.content.decode() for page in shown] == [True, False]

    def sheet(self, content: bytes) -> list[list[Any]]:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [list(row) for row in book.get_sheet_by_index(0).to_python()]

    def test_workbook_has_numbers_texts_and_moments(
        self,
        browser: Client,
        address: str,
        add_messages: AddMessages,
        contact: Contact,
    ) -> None:
        Contact.objects.update(firstname="=1+1", lastname="")
        add_messages(State.DELIVERED, contact=contact, recipient="+491711234567")
        answer: Any = browser.get(f"{address}export/?format=xlsx")
        head, row = self.sheet(b"".join(answer.streaming_content))
        cells = dict(zip(head, row, strict=True))
        assert cells["Number"] == "+49 1711234567" and cells["Contact"] == "=1+1"
        assert cells["Price in EUR"] == 0.075
        assert isinstance(cells["Sent"], datetime)

    def test_large_one_is_offered_and_written_in_the_background(
        self,
        browser: Client,
        address: str,
        campaign: Campaign,
        add_messages: AddMessages,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        monkeypatch.setattr(written_tables, "MAX_AT_ONCE", 1)
        add_messages(State.REFUSED, 3, error_code=202)
        add_messages(State.DELIVERED, 1)
        where = f"{address}export/?format=csv&reason=202"
        assert "written in the background" in words(browser.get(where))
        response = browser.post(where)
        export = RecipientExport.objects.get()
        assert recipient_exports.run(export.pk)
        page = browser.get(response["Location"])
        assert "3 recipients" in words(page)
        link = f"{response['Location']}file/"
        written: Any = browser.get(link)
        lines = b"".join(written.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 3

    def test_no_other_workspace_gets_the_file(
        self, stranger: User, client_as: ClientAs, campaign: Campaign
    ) -> None:
        export = recipient_exports.prepare(
            campaign=campaign,
            actor=None,
            wanted=Filter(),
            format="csv",
            language="en",
        )
        recipient_exports.start(export)
        recipient_exports.run(export.pk)
        export.refresh_from_db()
        assert Path(default_storage.path(export.file)).is_file()
        address = reverse("messaging:recipient_export_file", args=[export.pk])
        assert client_as(stranger).get(address).status_code == 404

    def test_cancelled_one_leaves_no_file(self, campaign: Campaign) -> None:
        export = recipient_exports.prepare(
            campaign=campaign,
            actor=None,
            wanted=Filter(),
            format="xlsx",
            language="en",
        )
        recipient_exports.start(export)
        recipient_exports.cancel(export)
        assert not recipient_exports.run(export.pk)
        assert RecipientExport.objects.get().file == ""

    def test_trail_says_that_it_left_the_house(
        self, browser: Client, address: str, add_messages: AddMessages
    ) -> None:
        add_messages(State.DELIVERED)
        browser.get(f"{address}export/?format=csv")
        entry = AuditEntry.objects.get(action="campaign.export")
        assert entry.after["name"] == "Winter card"


def test_word_of_a_report_narrows_and_is_shown(
    browser: Client, address: str, campaign: Campaign, add_messages: AddMessages
) -> None:
    (turned_away,) = add_messages(State.UNDELIVERED, 1, report_word="REJECTED")
    add_messages(State.UNDELIVERED, 1, report_word="NOTDELIVERED")
    assert found(campaign, reason="REJECTED") == {turned_away.pk}
    page = words(browser.get(address, {"reason": "REJECTED"}))
    assert "REJECTED · The network turned it away." in page


def test_message_tells_its_network_and_time_on_the_way(
    browser: Client, campaign: Campaign, add_messages: AddMessages
) -> None:
    (message,) = add_messages(State.DELIVERED, 1, mccmnc="26201", latency_s=3.2)
    address = reverse("messaging:message_detail", args=[campaign.pk, message.pk])
    page = words(browser.get(address))
    assert "Network 26201" in page and "Time on the way 3 s" in page
