from __future__ import annotations

from typing import Any

import pytest

from .conftest import JSON, PHONE, Gateway

PERSON = {"name": "John Doe", "email": "john@example.org"}


@pytest.fixture
def subaccount(gateway: Gateway) -> str:
    answer = gateway.json("POST", "/subaccounts/create", data=PERSON)
    number: str = answer["subaccount"]["id"]
    return number


def test_creation_answers_numbers(gateway: Gateway) -> None:
    answer = gateway.json("POST", "/subaccounts/create", data=PERSON)
    assert list(answer) == ["success", "error", "subaccount"]
    subaccount = answer["subaccount"]
    assert (subaccount["balance"], subaccount["total_usage"]) == (0, 0)
    assert subaccount["auto_topup"] == {"threshold": 0, "amount": 0}


@pytest.mark.parametrize(
    "path", ["/subaccounts/list", "/subaccounts/read", "/subaccounts?action=read"]
)
def test_list_is_a_bare_array_of_texts(
    gateway: Gateway, subaccount: str, path: str
) -> None:
    assert gateway.json("GET", path) == [
        {
            "id": subaccount,
            "username": None,
            "company": None,
            "balance": "0.0000",
            "total_usage": "0.0000",
            "auto_topup": {"threshold": "0", "amount": "0"},
            "contact": PERSON,
        }
    ]


def test_bad_email_is_refused_as_recorded(gateway: Gateway) -> None:
    answer = gateway.json("POST", "/subaccounts/create", data={"name": "x"})
    assert answer == {
        "success": False,
        "error": "Please enter a valid email address for the subaccount.",
    }


@pytest.mark.parametrize(
    ("given", "error"),
    [({"id": "1", "amount": 1}, "Subaccount not found"), ({"amount": "x"}, None)],
)
def test_transfer_refuses_with_the_recorded_words(
    gateway: Gateway, subaccount: str, given: dict[str, Any], error: str | None
) -> None:
    data = {"id": subaccount} | given
    answer = gateway.json("POST", "/subaccounts/transfer_credits", data=data)
    assert answer == {"success": False, "error": error or "Invalid amount"}


def test_transfer_moves_credit(gateway: Gateway, subaccount: str) -> None:
    data = {"id": subaccount, "amount": 25}
    gateway.json("POST", "/subaccounts/transfer_credits", json=data)
    assert gateway.text("GET", "/balance") == "975"
    headers = JSON | {"X-Account-Id": subaccount}
    balance = gateway.call("GET", "/balance", headers=headers).json()
    assert balance["amount"] == 25


def test_main_key_sends_for_a_subaccount(gateway: Gateway, subaccount: str) -> None:
    data = {"id": subaccount, "amount": 25}
    gateway.json("POST", "/subaccounts/transfer_credits", data=data)
    headers = {"X-Account-Id": subaccount}
    gateway.call("POST", "/sms", data={"to": PHONE, "text": "x"}, headers=headers)
    assert gateway.text("GET", "/balance") == "975"
    assert gateway.json("GET", "/journal/outbound") == []
    assert gateway.call("GET", "/balance", headers=headers).text == "24.925"


def test_stranger_subaccount_is_refused(gateway: Gateway) -> None:
    headers = {"X-Account-Id": "1234567890"}
    assert gateway.call("GET", "/balance", headers=headers).text == "902"


def test_top_up_fills_a_poor_subaccount(gateway: Gateway, subaccount: str) -> None:
    give = {"id": subaccount, "amount": 1}
    gateway.json("POST", "/subaccounts/transfer_credits", data=give)
    rule = {"id": subaccount, "threshold": 1, "amount": 5}
    gateway.json("POST", "/subaccounts/update", data=rule)
    headers = {"X-Account-Id": subaccount}
    gateway.call("POST", "/sms", data={"to": PHONE, "text": "x"}, headers=headers)
    assert gateway.call("GET", "/balance", headers=headers).text == "5.925"


def test_deleted_subaccount_gives_its_credit_back(
    gateway: Gateway, subaccount: str
) -> None:
    give = {"id": subaccount, "amount": 1}
    gateway.json("POST", "/subaccounts/transfer_credits", data=give)
    answer = gateway.json("POST", "/subaccounts/delete", data={"id": subaccount})
    assert answer == {"success": True, "error": None}
    assert gateway.json("GET", "/subaccounts/list") == []
    assert gateway.text("GET", "/balance") == "1000"
