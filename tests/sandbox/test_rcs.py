from __future__ import annotations

from typing import Any

import pytest

from .conftest import JSON, PHONE, Gateway
from .receiver import Receiver


def send(gateway: Gateway, to: str = PHONE, **given: Any) -> Any:
    body = {"to": to, "text": "Hello World!", "from": "myfancyagent", **given}
    return gateway.json("POST", "/rcs/messages", json=body)


def test_answer_has_the_recorded_shape(gateway: Gateway) -> None:
    answer = send(gateway)
    (message,) = answer["messages"]
    assert answer["total_price"] is None
    assert list(message) == [
        "id",
        "sender",
        "recipient",
        "text",
        "encoding",
        "label",
        "parts",
        "udh",
        "is_binary",
        "price",
        "channel",
        "fallback",
        "success",
        "error",
        "error_text",
    ]
    assert (message["parts"], message["price"], message["channel"]) == (0, 0, "RCS")
    assert message["sender"] == "myfancyagent"


def test_agent_is_the_account_own_unless_named(gateway: Gateway) -> None:
    answer = send(gateway, **{"from": ""})
    assert answer["messages"][0]["sender"] == "sandboxagent"


def test_rich_card_is_an_object_as_text(gateway: Gateway) -> None:
    card = {"richcard": {"title": "Hi"}}
    assert '"richcard"' in send(gateway, text=card)["messages"][0]["text"]


def test_delivered_and_read_are_events(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "rcs")
    number = send(gateway, foreign_id="r-1")["messages"][0]["id"]
    events = (event["data"] for event in receiver.events(2))
    first, second = sorted(events, key=lambda data: str(data["status"]))
    assert list(first) == [
        "msg_id",
        "status",
        "sender",
        "agent_id",
        "foreign_id",
        "timestamp",
    ]
    assert (first["msg_id"], first["foreign_id"]) == (number, "r-1")
    assert [first["status"], second["status"]] == ["DELIVERED", "READ"]


def test_price_is_charged_on_delivery(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "rcs")
    send(gateway)
    receiver.next()
    (row,) = gateway.json("GET", "/journal/outbound")
    assert (row["channel"], row["price"]) == ("RCS", "0.0850")
    assert gateway.text("GET", "/balance") == "999.915"


@pytest.mark.parametrize(
    ("fallback", "sender"),
    [("sms", "SMS"), ({"type": "sms", "text": "plain", "from": "Shop"}, "Shop")],
)
def test_handset_without_rcs_gets_the_fallback(
    gateway: Gateway, fallback: object, sender: str
) -> None:
    send(gateway, to=PHONE[:-6] + "000912", fallback=fallback)
    (row,) = gateway.json("GET", "/journal/outbound")
    assert (row["channel"], row["from"]) == ("SMS", sender)
    assert row["price"] == "0.0750"


def test_handset_without_rcs_and_fallback_gets_nothing(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "dlr")
    send(gateway, to=PHONE[:-6] + "000912")
    assert receiver.next().json()["data"]["status"] == "NOTDELIVERED"


def test_message_is_revoked_before_delivery_only(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "rcs")
    waiting = send(gateway, delay="2099-01-01 10:00")["messages"][0]["id"]
    assert gateway.json("DELETE", f"/rcs/messages/{waiting}") == {"success": True}
    delivered = send(gateway, text="now")["messages"][0]["id"]
    receiver.next()
    assert gateway.json("DELETE", f"/rcs/messages/{delivered}") == {"success": False}


def test_message_with_fallback_is_never_revoked(gateway: Gateway) -> None:
    sent = send(gateway, delay="2099-01-01 10:00", fallback="webview")
    number = sent["messages"][0]["id"]
    assert gateway.json("DELETE", f"/rcs/messages/{number}") == {"success": False}


def test_unknown_message_is_a_404(gateway: Gateway) -> None:
    assert gateway.call("DELETE", "/rcs/messages/77000000001").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"event": "IS_TYPING", "to": PHONE}, 200),
        ({"event": "READ", "msg_id": "1"}, 200),
        ({"event": "SHOUT", "to": PHONE}, 400),
        ({"event": "READ"}, 400),
    ],
)
def test_event(gateway: Gateway, body: dict[str, str], status: int) -> None:
    answer = gateway.call("POST", "/rcs/events", json=body, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["success"] is (status == 200)


def test_agents_are_listed(gateway: Gateway) -> None:
    (agent,) = gateway.json("GET", "/rcs/agents")["agents"]
    assert agent["id"] == "sandboxagent"
