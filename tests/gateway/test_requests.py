"""Every operation of the specification, as it goes over the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seven_dashboard.gateway import signing
from seven_dashboard.gateway.client import OPERATIONS, SevenClient
from seven_dashboard.gateway.errors import InvalidArgument
from seven_dashboard.gateway.resources.analytics import Period
from seven_dashboard.gateway.resources.contacts import ContactFilter
from seven_dashboard.gateway.resources.journal import JournalFilter
from seven_dashboard.gateway.resources.sms import SmsFile

from .conftest import API_KEY
from .stub import Received, Stub

SPECIFIED: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("operations.json").read_text(encoding="utf-8")
)

DONE = {"success": True, "error": None}
SENT = {"success": "100", "messages": [{"id": "77", "success": True}]}
PAGE = {"pagingMetadata": {"has_more": False}, "data": []}
PERIOD = Period(
    start=date(2026, 1, 2), end=date(2026, 2, 3), label="", subaccounts="all"
)
PERIOD_QUERY = {
    "start": "2026-01-02",
    "end": "2026-02-03",
    "label": "",
    "subaccounts": "all",
}
JOURNAL = JournalFilter(
    id="7",
    date_from=date(2026, 1, 2),
    date_to=date(2026, 2, 3),
    to="+49171",
    state="DELIVERED",
    limit=50,
    offset=100,
)
JOURNAL_QUERY = {
    "id": "7",
    "date_from": "2026-01-02",
    "date_to": "2026-02-03",
    "to": "+49171",
    "state": "DELIVERED",
    "limit": "50",
    "offset": "100",
}
CREDIT = {"id": "12", "amount": "2.50"}

Call = Callable[[SevenClient], Any]
CALLS: dict[str, tuple[Call, object, dict[str, str]]] = {
    "AnalyticsByCountry": (lambda c: c.analytics.by_country(PERIOD), [], PERIOD_QUERY),
    "AnalyticsByDate": (lambda c: c.analytics.by_date(PERIOD), [], PERIOD_QUERY),
    "AnalyticsByLabel": (lambda c: c.analytics.by_label(PERIOD), [], PERIOD_QUERY),
    "AnalyticsBySubaccount": (
        lambda c: c.analytics.by_subaccount(PERIOD),
        [],
        PERIOD_QUERY,
    ),
    "Balance": (lambda c: c.balance.get(), {"amount": 1}, {}),
    "ContactsCreate": (
        lambda c: c.contacts.create(properties={"firstname": "Jo"}, groups=[1, 2]),
        {"id": 5},
        {"firstname": "Jo", "groups[0]": "1", "groups[1]": "2"},
    ),
    "ContactsDelete": (lambda c: c.contacts.delete(5), DONE, {}),
    "ContactsGet": (lambda c: c.contacts.get(5), {"id": 5}, {}),
    "ContactsList": (
        lambda c: c.contacts.page(ContactFilter(search="Jo", group_id=3, offset=30)),
        PAGE,
        {"search": "Jo", "group_id": "3", "limit": "100", "offset": "30"},
    ),
    "ContactsUpdate": (
        lambda c: c.contacts.update(5, properties={"city": ""}, groups=[]),
        {"id": 5},
        {"city": "", "groups": ""},
    ),
    "GroupsCreate": (lambda c: c.groups.create("VIP"), {"id": 5}, {"name": "VIP"}),
    "GroupsDelete": (
        lambda c: c.groups.delete(5, with_contacts=True),
        DONE,
        {"delete_contacts": "true"},
    ),
    "GroupsGet": (lambda c: c.groups.get(5), {"id": 5}, {}),
    "GroupsList": (
        lambda c: c.groups.page(limit=10, offset=20),
        PAGE,
        {"limit": "10", "offset": "20"},
    ),
    "GroupsUpdate": (
        lambda c: c.groups.update(5, name="VIP"),
        {"id": 5},
        {"name": "VIP"},
    ),
    "HooksCreate": (
        lambda c: c.hooks.create(
            target_url="https://x/y", event_type="all", headers={"A": "1", "B": "2"}
        ),
        {"success": True, "code": None, "id": 2045},
        {
            "target_url": "https://x/y",
            "event_type": "all",
            "request_method": "JSON",
            "headers": "A: 1\nB: 2",
        },
    ),
    "HooksDelete": (lambda c: c.hooks.delete(2045), DONE, {"id": "2045"}),
    "HooksList": (lambda c: c.hooks.all(), {"success": True, "hooks": []}, {}),
    "JournalInbound": (lambda c: c.journal.inbound(JOURNAL), [], JOURNAL_QUERY),
    "JournalOutbound": (lambda c: c.journal.outbound(JOURNAL), [], JOURNAL_QUERY),
    "JournalReplies": (lambda c: c.journal.replies(JOURNAL), [], JOURNAL_QUERY),
    "JournalVoice": (lambda c: c.journal.voice(JOURNAL), [], JOURNAL_QUERY),
    "LookupCNAM": (lambda c: c.lookup.cnam(["1", "2"]), [], {"number": "1,2"}),
    "LookupFormat": (lambda c: c.lookup.format(["+1"]), [], {"number": "+1"}),
    "LookupHLR": (lambda c: c.lookup.hlr(["1"]), [], {"number": "1"}),
    "LookupMNP": (lambda c: c.lookup.mnp(["1"]), [], {"number": "1"}),
    "LookupRCS": (
        lambda c: c.lookup.rcs(["1"], agent_id="me"),
        [],
        {"number": "1", "from": "me"},
    ),
    "NumbersDelete": (
        lambda c: c.numbers.delete("49160", is_immediate=True),
        DONE,
        {"delete_immediately": "true"},
    ),
    "NumbersGet": (lambda c: c.numbers.get("49160"), {"number": "49160"}, {}),
    "NumbersListActive": (lambda c: c.numbers.active(), {"activeNumbers": []}, {}),
    "NumbersListAvailable": (
        lambda c: c.numbers.available(country="DE", has_sms=True, has_voice=False),
        {"availableNumbers": []},
        {"country": "DE", "features_sms": "true", "features_voice": "false"},
    ),
    "NumbersOrder": (
        lambda c: c.numbers.order("49160", payment_interval="monthly"),
        DONE,
        {"number": "49160", "payment_interval": "monthly"},
    ),
    "NumbersUpdate": (
        lambda c: c.numbers.update("49160", sms_forward=["4917"], email_forward=[]),
        {"number": "49160"},
        {"sms_forward[0]": "4917", "email_forward": ""},
    ),
    "Pricing": (
        lambda c: c.pricing.get(country="de"),
        {"countries": []},
        {"country": "de"},
    ),
    "RcsDelete": (lambda c: c.rcs.delete("77"), DONE, {}),
    "RcsDispatch": (
        lambda c: c.rcs.send(to="4917", content={"a": "ü"}, fallback="sms", ttl=60),
        SENT,
        {"to": "4917", "text": '{"a": "ü"}', "fallback": "sms", "ttl": "60"},
    ),
    "RcsEvent": (
        lambda c: c.rcs.send_event("READ", to="4917", message_id="77"),
        DONE,
        {"event": "READ", "to": "4917", "msg_id": "77"},
    ),
    "SmsDelete": (
        lambda c: c.sms.delete(["77", "78"]),
        {"success": True, "deleted": ["77"]},
        {"ids[0]": "77", "ids[1]": "78"},
    ),
    "SmsDispatch": (
        lambda c: c.sms.send(
            to=["4917", "+49 16"],
            text="Grüße & mehr",
            sender="Shop",
            foreign_id="a-1",
            label="news",
            delay=datetime(2026, 1, 2, tzinfo=UTC),
            flash=False,
            ttl=60,
            udh="00",
            performance_tracking=True,
            files=[SmsFile(name="a.txt", contents=b"hi", validity_days=3)],
        ),
        SENT,
        {
            "to": "4917,+49 16",
            "text": "Grüße & mehr",
            "from": "Shop",
            "foreign_id": "a-1",
            "label": "news",
            "delay": "1767312000",
            "flash": "0",
            "ttl": "60",
            "udh": "00",
            "performance_tracking": "1",
            "files[0][name]": "a.txt",
            "files[0][contents]": "aGk=",
            "files[0][validity]": "3",
        },
    ),
    "Status": (lambda c: c.status.get(["77", "78"]), [], {"msg_id": "77,78"}),
    "SubaccountsAutomaticBalanceTransfer": (
        lambda c: c.subaccounts.set_auto_topup(
            "12", threshold=Decimal(1), amount=Decimal("2.50")
        ),
        DONE,
        {**CREDIT, "threshold": "1"},
    ),
    "SubaccountsCreate": (
        lambda c: c.subaccounts.create(name="Jo Do", email="jo@example.org"),
        {"success": True, "subaccount": {"id": 12}},
        {"name": "Jo Do", "email": "jo@example.org"},
    ),
    "SubaccountsDeleteSubaccount": (
        lambda c: c.subaccounts.delete("12"),
        DONE,
        {"id": "12"},
    ),
    "SubaccountsList": (
        lambda c: c.subaccounts.all(subaccount_id="12"),
        [],
        {"id": "12"},
    ),
    "SubaccountsManualBalanceTransfer": (
        lambda c: c.subaccounts.transfer_credits("12", amount=Decimal("2.50")),
        DONE,
        CREDIT,
    ),
    "ValidateForVoice": (
        lambda c: c.voice.validate_number("4917", callback_url="https://x/y"),
        DONE,
        {"number": "4917", "callback": "https://x/y"},
    ),
    "VoiceCallEnd": (lambda c: c.voice.hang_up(1038703), DONE, {}),
    "VoiceDispatch": (
        lambda c: c.voice.send(
            to=["4917"], text="Hi", sender="49", ringtime_s=30, foreign_id="a"
        ),
        SENT,
        {"to": "4917", "text": "Hi", "from": "49", "ringtime": "30", "foreign_id": "a"},
    ),
}


def test_every_operation_is_called_here() -> None:
    assert set(CALLS) == set(SPECIFIED) == set(OPERATIONS)


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_operation_goes_out_as_specified(
    client: SevenClient, stub: Stub, operation: str
) -> None:
    call, answer, fields = CALLS[operation]
    method, path = SPECIFIED[operation]
    stub.answers(answer)
    call(client)
    sent = stub.last
    assert sent.method == method
    assert re.fullmatch("/api" + re.sub(r"\{\w+\}", "[^/]+", path), sent.path)
    assert (sent.query if method == "GET" else sent.form) == fields
    assert sent.body == b"" or method != "GET"


def balance_request(stub: Stub, **options: Any) -> Received:
    stub.answers({"amount": 1})
    with SevenClient(base_url=stub.url, **options) as client:
        client.balance.get()
    return stub.last


def test_json_is_asked_for_and_the_client_named(stub: Stub) -> None:
    headers = balance_request(stub, api_key=API_KEY).headers
    assert headers["Accept"] == "application/json"
    assert headers["SentWith"] == "seven-dashboard"


def test_api_key_goes_into_its_header(stub: Stub) -> None:
    headers = balance_request(stub, api_key=API_KEY).headers
    assert headers["X-Api-Key"] == API_KEY
    assert "Authorization" not in headers
    assert "X-Signature" not in headers


def test_bearer_token_goes_into_its_header(stub: Stub) -> None:
    headers = balance_request(stub, bearer="token").headers
    assert headers["Authorization"] == "Bearer token"
    assert "X-Api-Key" not in headers


def test_acting_for_a_subaccount_names_it(stub: Stub) -> None:
    headers = balance_request(stub, api_key=API_KEY, account_id="123").headers
    assert headers["X-Account-Id"] == "123"


@pytest.mark.parametrize("operation", ["SmsDispatch", "JournalOutbound", "SmsDelete"])
def test_signature_holds_for_url_and_body_as_received(
    stub: Stub, operation: str
) -> None:
    call, answer, _fields = CALLS[operation]
    stub.answers(answer)
    with SevenClient(base_url=stub.url, api_key="k", signing_key="s") as client:
        call(client)
    sent = stub.last
    signing.verify_headers(
        sent.headers, key="s", method=sent.method, url=sent.url, body=sent.body
    )


def test_each_attempt_is_signed_anew(stub: Stub) -> None:
    stub.answers("", status=503).answers({"amount": 1})
    with SevenClient(base_url=stub.url, api_key="k", signing_key="s") as client:
        client.balance.get()
    assert len({sent.headers["X-Nonce"] for sent in stub.received}) == 2


BAD_ARGUMENTS: dict[str, Call] = {
    "no recipient": lambda c: c.sms.send(to=[], text="x"),
    "empty recipient": lambda c: c.sms.send(to=[" "], text="x"),
    "two recipients in one": lambda c: c.sms.send(to=["1,2"], text="x"),
    "half a character": lambda c: c.sms.send(to=["1"], text="\ud83d"),
    "time without a zone": lambda c: c.sms.send(
        to=["1"],
        text="x",
        delay=datetime(2026, 1, 1),
    ),
    "path in an id": lambda c: c.rcs.delete("../sms"),
    "query in an id": lambda c: c.rcs.delete("7?x=1"),
    "header of two lines": lambda c: c.hooks.create(
        target_url="https://x", event_type="all", headers={"A": "1\r\nB: 2"}
    ),
}


@pytest.mark.parametrize("call", BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_what_cannot_be_written_is_refused_before_sending(
    client: SevenClient, stub: Stub, call: Call
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        call(client)
    assert caught.value.is_certainly_unsent
    assert stub.received == []
