from __future__ import annotations

from typing import Any

import pytest

from .conftest import PHONE, Gateway

RECORDED_KEYS = [
    "id",
    "to",
    "from",
    "text",
    "timestamp",
    "price",
    "dlr",
    "dlr_timestamp",
    "mccmnc",
    "latency",
    "type",
    "channel",
    "connection",
    "label",
    "foreign_id",
]


def outbound(gateway: Gateway, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = gateway.json("GET", "/journal/outbound", params=params)
    return rows


def test_outbound_row_has_the_recorded_shape(gateway: Gateway) -> None:
    gateway.sms(foreign_id="f-1", label="spring")
    (row,) = outbound(gateway)
    assert list(row) == RECORDED_KEYS
    assert (row["to"], row["foreign_id"], row["label"]) == (PHONE, "f-1", "spring")
    assert (row["price"], row["type"], row["channel"]) == ("0.0750", "direct", "SMS")


def test_connection_is_the_client_tag(gateway: Gateway) -> None:
    gateway.call(
        "POST", "/sms", data={"to": PHONE, "text": "x"}, headers={"SentWith": "zapier"}
    )
    gateway.sms(text="untagged")
    assert [row["connection"] for row in outbound(gateway)] == ["http", "zapier"]


def test_newest_comes_first_and_pages_by_offset(gateway: Gateway) -> None:
    for number in range(4):
        gateway.sms(text=f"text {number}")
    page = outbound(gateway, limit=2, offset=1)
    assert [row["text"] for row in page] == ["text 2", "text 1"]


def test_at_most_a_hundred_rows(gateway: Gateway) -> None:
    gateway.sms(to=",".join(str(4917100000 + n) for n in range(120)))
    assert len(outbound(gateway, limit=500)) == 100


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"to": "+49 171 6992343"}, 1),
        ({"to": "49170000000"}, 0),
        ({"date_from": "2000-01-01", "date_to": "2099-01-01"}, 1),
        ({"date_to": "2000-01-01"}, 0),
        ({"date_from": "undefined", "state": "undefined", "id": "undefined"}, 1),
        ({"state": "FAILED"}, 0),
    ],
)
def test_filter(gateway: Gateway, params: dict[str, str], count: int) -> None:
    gateway.sms()
    assert len(outbound(gateway, **params)) == count


def test_filter_by_id(gateway: Gateway) -> None:
    number = gateway.sms()["messages"][0]["id"]
    gateway.sms(text="other")
    assert [row["id"] for row in outbound(gateway, id=number)] == [number]


def test_journal_that_lags_shows_only_what_is_older(gateway: Gateway) -> None:
    gateway.sms(text="older")
    gateway.control("/age", s=60)
    gateway.control("/account", journal_lag_s=60)
    gateway.sms(text="newer")
    gateway.json("POST", "/voice", data={"to": PHONE, "text": "newer"})
    assert [row["text"] for row in outbound(gateway)] == ["older"]
    assert gateway.json("GET", "/journal/voice") == []
    gateway.control("/age", s=60)
    assert [row["text"] for row in outbound(gateway)] == ["newer", "older"]
    assert len(gateway.json("GET", "/journal/voice")) == 1


def test_old_form_by_type(gateway: Gateway) -> None:
    gateway.sms()
    assert len(gateway.json("GET", "/journal", params={"type": "outbound"})) == 1


def test_inbound_and_replies_differ_in_price_type(gateway: Gateway) -> None:
    sent = gateway.sms()["messages"][0]["id"]
    gateway.control("/inbound", **{"from": PHONE, "to": "4915735980100", "text": "Yo"})
    gateway.control("/inbound", **{"from": "4917155555", "text": "Who is this?"})
    inbound = gateway.json("GET", "/journal/inbound")
    replies = gateway.json("GET", "/journal/replies")
    assert [row["price"] for row in inbound] == ["0.0000", "0.0000"]
    assert [row["price"] for row in replies] == [0]
    assert replies[0] | {"timestamp": ""} == {
        "id": inbound[1]["id"],
        "from": PHONE,
        "to": "4915735980100",
        "text": "Yo",
        "timestamp": "",
        "price": 0,
        "reply_to_message_id": sent,
    }


def test_status_before_any_report_is_null(gateway: Gateway) -> None:
    number = gateway.sms(to="491716000904")["messages"][0]["id"]
    rows = gateway.json("GET", "/status", params={"msg_id": number})
    assert rows == [{"id": number, "status": None, "status_time": None}]


def test_status_of_unknown_id_is_600(gateway: Gateway) -> None:
    assert gateway.text("GET", "/status", params={"msg_id": "77000000001"}) == "600"


def test_status_without_id_is_an_empty_list(gateway: Gateway) -> None:
    assert gateway.json("GET", "/status", params={"msg_id": ""}) == []
