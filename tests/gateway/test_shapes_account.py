"""What the real gateway sends about the address book and the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seven_dashboard.gateway.client import SevenClient

from .samples import (
    ACTIVE,
    CONTACT,
    CREATED_SUBACCOUNT,
    OFFER,
    PRICES,
    SINGLE_FORWARD,
    SUBACCOUNT,
    USAGE,
)
from .stub import Stub

Call = Callable[[SevenClient], Any]
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type, misc]


def contact(client: SevenClient) -> Any:
    return client.contacts.get(5)


def contacts(client: SevenClient) -> Any:
    return client.contacts.page().items[0]


def active(client: SevenClient) -> Any:
    return client.numbers.active()[0]


def price(client: SevenClient) -> Any:
    return client.pricing.get().countries[0]


# Name: the call, what the gateway answers, an expression over the result, its value.
VECTORS: dict[str, tuple[Call, object, Callable[[Any], object], object]] = {
    "contact": (
        contact,
        CONTACT,
        lambda r: (r.id, r.properties.mobile_number, r.properties.birthday, r.groups),
        (12876882, "4917612345678", date(2000, 1, 1), [1]),
    ),
    "contact's own fields": (
        contact,
        CONTACT,
        lambda r: r.properties.custom,
        {"Impfdatum": "soon"},
    ),
    "contact's number as specified": (
        contact,
        CONTACT | {"properties": {"mobile_number": 4917612345678}},
        lambda r: r.properties.mobile_number,
        "4917612345678",
    ),
    "contact with PHP's empty objects": (
        contact,
        CONTACT | {"properties": [], "validation": [], "initials": None},
        lambda r: (r.properties.firstname, r.validation.state, r.initials.color),
        (None, None, ""),
    ),
    "contacts": (
        contacts,
        {"pagingMetadata": {"total": 20013, "has_more": True}, "data": [CONTACT]},
        lambda r: r.properties.firstname,
        "John",
    ),
    "contacts of the old interface": (
        contacts,
        [{"ID": "12297226", "Name": "Jo", "Number": "", "Impfdatum": None}],
        lambda r: (r.id, r.properties.fullname, r.properties.custom),
        (12297226, "Jo", {"Impfdatum": None}),
    ),
    "contact written by the old interface": (
        lambda c: c.contacts.create(properties={}),
        {"return": "152", "id": 12297236},
        lambda r: r.id,
        12297236,
    ),
    "group": (
        lambda c: c.groups.get(17923),
        {
            "id": 17923,
            "name": "Group 1",
            "members_count": 543,
            "created": "2023-12-21 21:59:53",
        },
        lambda r: (r.members_count, r.created_at),
        (543, berlin(2023, 12, 21, 21, 59, 53)),
    ),
    "group as specified": (
        lambda c: c.groups.get(5),
        {"id": "5", "name": "G", "members_count": "3", "has_more": False},
        lambda r: (r.id, r.members_count, r.created_at),
        (5, 3, None),
    ),
    "number to rent": (
        lambda c: c.numbers.available()[0],
        {"availableNumbers": [OFFER]},
        lambda r: (r.fees.annually.setup, r.fees.voice_mo, r.features.a2p_sms),
        (Decimal("9.9"), Decimal("0.01"), True),
    ),
    "active number": (
        active,
        {"activeNumbers": [ACTIVE]},
        lambda r: (r.forwarding.sms.numbers, r.billing.fees.basic_charge, r.expires_at),
        (["4917612345678"], Decimal("238.8"), None),
    ),
    "active number as specified": (
        active,
        {"activeNumbers": [SINGLE_FORWARD]},
        lambda r: (r.forwarding.sms.numbers, r.forwarding.slack.is_enabled),
        (["4917612345678"], False),
    ),
    "subaccount": (
        lambda c: c.subaccounts.all()[0],
        [SUBACCOUNT],
        lambda r: (r.balance, r.auto_topup.threshold, r.auto_topup.amount),
        (Decimal("36.8100"), Decimal(1), None),
    ),
    "subaccount created": (
        lambda c: c.subaccounts.create(name="Jo Do", email="j@example.org"),
        {"success": True, "error": None, "subaccount": CREATED_SUBACCOUNT},
        lambda r: (r.id, r.balance, r.auto_topup.amount),
        ("123456789", 0, 0),
    ),
    "balance": (
        lambda c: c.balance.get(),
        {"amount": 44.631, "currency": "EUR"},
        lambda r: (r.amount, r.currency),
        (Decimal("44.631"), "EUR"),
    ),
    "balance as text": (
        lambda c: c.balance.get(),
        "54.218",
        lambda r: (r.amount, r.currency),
        (Decimal("54.218"), "EUR"),
    ),
    "whole balance as text": (
        lambda c: c.balance.get(),
        "500",
        lambda r: r.amount,
        500,
    ),
    "balance below zero": (lambda c: c.balance.get(), "-3.5", lambda r: r.amount, -3.5),
    "agents of RCS": (
        lambda c: c.rcs.agents(),
        {"agents": [{"id": "a", "display_name": "A", "status": "denied"}, {"id": 7}]},
        lambda r: [(one.id, one.name, one.can_send) for one in r],
        [("a", "A", False), ("7", "", True)],
    ),
    "usage by day": (
        lambda c: c.analytics.by_date()[0],
        [USAGE | {"date": "2026-01-02"}],
        lambda r: (r.on, r.sms, r.rcs, r.hlr, r.usage_eur),
        (date(2026, 1, 2), 145, 1, 0, Decimal("0.208")),
    ),
    "usage by country": (
        lambda c: c.analytics.by_country()[0],
        [USAGE | {"country": "DE", "direct": 1, "economy": 0}],
        lambda r: r.country,
        "DE",
    ),
    "usage without a label": (
        lambda c: c.analytics.by_label()[0],
        [USAGE | {"label": None}],
        lambda r: r.label,
        "",
    ),
    "usage by subaccount": (
        lambda c: c.analytics.by_subaccount()[0],
        [USAGE | {"account": 123}],
        lambda r: r.account,
        "123",
    ),
    "prices": (
        price,
        PRICES,
        lambda r: (r.code, r.networks[0].mncs, r.networks[0].price),
        ("", [], Decimal("0.075")),
    ),
    "price of several countries' networks": (
        price,
        PRICES,
        lambda r: (r.networks[1].mcc, r.networks[1].mncs),
        ("424, 430, 431", ["03"]),
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_answer_is_understood(client: SevenClient, stub: Stub, name: str) -> None:
    call, answer, read, expected = VECTORS[name]
    stub.answers(answer)
    assert read(call(client)) == expected
