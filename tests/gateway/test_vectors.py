"""Recorded and specified answers of every operation, as the client reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seven_dashboard.gateway.client import OPERATIONS, SevenClient
from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.oauth import OAuth, Pkce

from .stub import Stub

SHAPES = ("recorded", "specified")
VECTORS: list[dict[str, Any]] = [
    vector
    for path in sorted((Path(__file__).parent / "vectors").glob("*.json"))
    for vector in json.loads(path.read_text(encoding="utf-8"))
]
Call = Callable[[SevenClient], Any]
# With the least that each needs; what goes over the wire is test_requests' matter.
CALLS: dict[str, Call] = {
    "AnalyticsByCountry": lambda c: c.analytics.by_country(),
    "AnalyticsByDate": lambda c: c.analytics.by_date(),
    "AnalyticsByLabel": lambda c: c.analytics.by_label(),
    "AnalyticsBySubaccount": lambda c: c.analytics.by_subaccount(),
    "Balance": lambda c: c.balance.get(),
    "ContactsCreate": lambda c: c.contacts.create(properties={}),
    "ContactsDelete": lambda c: c.contacts.delete(5),
    "ContactsGet": lambda c: c.contacts.get(5),
    "ContactsList": lambda c: c.contacts.page(),
    "ContactsUpdate": lambda c: c.contacts.update(5, properties={"city": ""}),
    "GroupsCreate": lambda c: c.groups.create("VIP"),
    "GroupsDelete": lambda c: c.groups.delete(5),
    "GroupsGet": lambda c: c.groups.get(5),
    "GroupsList": lambda c: c.groups.page(),
    "GroupsUpdate": lambda c: c.groups.update(5, name="VIP"),
    "HooksCreate": lambda c: c.hooks.create(target_url="https://x", event_type="dlr"),
    "HooksDelete": lambda c: c.hooks.delete(2045),
    "HooksList": lambda c: c.hooks.all(),
    "JournalInbound": lambda c: c.journal.inbound(),
    "JournalOutbound": lambda c: c.journal.outbound(),
    "JournalReplies": lambda c: c.journal.replies(),
    "JournalVoice": lambda c: c.journal.voice(),
    "LookupCNAM": lambda c: c.lookup.cnam(["4917"]),
    "LookupFormat": lambda c: c.lookup.format(["4917"]),
    "LookupHLR": lambda c: c.lookup.hlr(["4917"]),
    "LookupMNP": lambda c: c.lookup.mnp(["4917"]),
    "LookupRCS": lambda c: c.lookup.rcs(["4917"]),
    "NumbersDelete": lambda c: c.numbers.delete("49160"),
    "NumbersGet": lambda c: c.numbers.get("49160"),
    "NumbersListActive": lambda c: c.numbers.active(),
    "NumbersListAvailable": lambda c: c.numbers.available(),
    "NumbersOrder": lambda c: c.numbers.order("49160", payment_interval="monthly"),
    "NumbersUpdate": lambda c: c.numbers.update("49160", friendly_name="Shop"),
    "Pricing": lambda c: c.pricing.get(),
    "RcsDelete": lambda c: c.rcs.delete("77"),
    "RcsDispatch": lambda c: c.rcs.send(to="4917", content="Hello World!"),
    "RcsEvent": lambda c: c.rcs.send_event("IS_TYPING", to="4917"),
    "SmsDelete": lambda c: c.sms.delete(["77"]),
    "SmsDispatch": lambda c: c.sms.send(to=["49179999999999"], text="HI2U!"),
    "Status": lambda c: c.status.get(["77214067982"]),
    "SubaccountsAutomaticBalanceTransfer": lambda c: c.subaccounts.set_auto_topup(
        "12", threshold=Decimal(1), amount=Decimal(5)
    ),
    "SubaccountsCreate": lambda c: c.subaccounts.create(name="Jo", email="j@x.example"),
    "SubaccountsDeleteSubaccount": lambda c: c.subaccounts.delete("12"),
    "SubaccountsList": lambda c: c.subaccounts.all(),
    "SubaccountsManualBalanceTransfer": lambda c: c.subaccounts.transfer_credits(
        "12", amount=Decimal(5)
    ),
    "ValidateForVoice": lambda c: c.voice.validate_number("49176"),
    "VoiceCallEnd": lambda c: c.voice.hang_up(1038703),
    "VoiceDispatch": lambda c: c.voice.send(to=["491716992343"], text="HI2U!"),
}
OAUTH_CALLS: dict[str, Callable[[OAuth], Any]] = {
    "exchange": lambda o: o.exchange("c", redirect_uri="https://x", pkce=Pkce.new()),
    "refresh": lambda o: o.refresh(Secret("OLD")),
    "me": lambda o: o.me(Secret("AAA")),
}
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [
        pytest.param(v, id=f"{v['operation']}-{v['shape']}-{v['source']}")
        for v in vectors
    ]


def read(result: Any, path: str) -> object:
    """Return what stands at a path, in the words of JSON."""
    for step in path.split(".") if path else ():
        if isinstance(result, dict):
            result = result[step]
        else:
            result = result[int(step)] if step.isdigit() else getattr(result, step)
    return plain(result)


def plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def test_every_operation_has_both_shapes() -> None:
    found = {(vector["operation"], vector["shape"]) for vector in VECTORS}
    wanted = {*OPERATIONS, *OAUTH_CALLS}
    assert found == {(operation, shape) for operation in wanted for shape in SHAPES}


@pytest.mark.parametrize(
    "vector", named([v for v in VECTORS if v["operation"] in OPERATIONS])
)
def test_answer_is_read(
    client: SevenClient, stub: Stub, vector: dict[str, Any]
) -> None:
    stub.answers(vector["body"])
    result = CALLS[vector["operation"]](client)
    assert {path: read(result, path) for path in vector["reads"]} == vector["reads"]


@pytest.mark.parametrize(
    "vector", named([v for v in VECTORS if v["operation"] in OAUTH_CALLS])
)
def test_answer_of_the_permission_server_is_read(
    stub: Stub, vector: dict[str, Any]
) -> None:
    stub.answers(vector["body"])
    oauth = OAuth(base_url=stub.url, client_id="app", clock=NOW.timestamp)
    result = OAUTH_CALLS[vector["operation"]](oauth)
    assert {path: read(result, path) for path in vector["reads"]} == vector["reads"]
