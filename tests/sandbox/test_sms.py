from __future__ import annotations

import time
from typing import Any

import pytest

from .conftest import JSON, PHONE, Gateway, fresh

RECORDED_KEYS = ["success", "total_price", "balance", "debug", "sms_type", "messages"]
RECORDED_MESSAGE_KEYS = [
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
    "success",
    "error",
    "error_text",
]


def test_answer_has_the_recorded_keys_in_order(gateway: Gateway) -> None:
    answer = gateway.sms(**{"from": "Elixir"})
    assert list(answer) == RECORDED_KEYS
    assert list(answer["messages"][0]) == RECORDED_MESSAGE_KEYS


def test_answer_has_the_recorded_values(gateway: Gateway) -> None:
    answer = gateway.sms(**{"from": "Elixir"})
    message = answer["messages"][0]
    assert answer["success"] == "100"
    assert answer["debug"] == "false"
    assert answer["total_price"] == message["price"] == 0.075
    assert answer["balance"] == 999.925
    assert message["sender"] == "Elixir"
    assert message["id"].startswith("77") and len(message["id"]) == 11


@pytest.mark.parametrize(
    "spelling",
    ["491716992343", "+49 171 6992343", "0049 171/6992343", "0171-6992343"],
)
def test_number_is_understood_and_answered_as_digits(
    gateway: Gateway, spelling: str
) -> None:
    assert gateway.sms(to=spelling)["messages"][0]["recipient"] == PHONE


@pytest.mark.parametrize(
    "given",
    [
        {"data": {"to": "4917100001,4917100002", "text": "x"}},
        {"data": {"to[]": ["4917100001", "4917100002"], "text": "x"}},
        {"data": {"to[0]": "4917100001", "to[1]": "4917100002", "text": "x"}},
        {"data": [("to", "4917100001"), ("to", "4917100002"), ("text", "x")]},
        {"json": {"to": ["4917100001", "4917100002"], "text": "x"}},
        {"json": {"to": "4917100001,4917100002", "text": "x"}},
        {"params": {"to": "4917100001,4917100002", "text": "x"}},
    ],
)
def test_several_recipients_in_every_spelling(
    gateway: Gateway, given: dict[str, Any]
) -> None:
    answer = gateway.json("POST", "/sms", **given)
    found = [message["recipient"] for message in answer["messages"]]
    assert found == ["4917100001", "4917100002"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "x"}, "301"),
        ({"to": PHONE}, "305"),
        ({"to": PHONE, "text": "x" * 1521}, "401"),
        ({"to": PHONE, "text": "x", "from": "TwelveLetter"}, "201"),
        ({"to": PHONE, "text": "x", "from": "1" * 17}, "201"),
        ({"to": PHONE, "text": "x", "foreign_id": "no blanks"}, "801"),
        ({"to": PHONE, "text": "x", "label": "ä"}, "802"),
        ({"to": "12", "text": "x"}, "202"),
    ],
)
def test_refusal_is_a_bare_code_as_text(
    gateway: Gateway, given: dict[str, str], code: str
) -> None:
    assert gateway.text("POST", "/sms", data=given) == code


def test_refusal_before_processing_is_a_json_string(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/sms", data={"text": "x"}, headers=JSON)
    assert answer.text == '"301"'


def test_one_bad_number_makes_it_101(gateway: Gateway) -> None:
    answer = gateway.sms(to=f"{PHONE},12345")
    good, bad = answer["messages"]
    assert answer["success"] == "101"
    assert good["success"] is True
    assert (bad["success"], bad["error"], bad["id"]) == (False, "202", None)
    assert isinstance(bad["error_text"], str)


def test_only_bad_numbers_are_an_envelope_with_the_code(gateway: Gateway) -> None:
    answer = gateway.sms(to="12345")
    assert answer["success"] == "202"
    assert answer["total_price"] == 0


def test_refusal_can_be_switched_to_bare(gateway: Gateway) -> None:
    gateway.control("/account", refusal_shape="bare")
    assert gateway.sms(to="12345") == "202"


def test_text_answer_has_id_and_details_when_asked(gateway: Gateway) -> None:
    data = {"to": PHONE, "text": "Hi", "return_msg_id": "1", "details": "1"}
    lines = gateway.text("POST", "/sms", data=data).split("\n")
    assert lines[0] == "100"
    assert lines[1].isdigit()
    assert lines[2:5] == ["Verbucht: 1", "Preis: 0.075", "Guthaben: 999.925"]
    assert lines[5:] == [
        "Text: Hi",
        "SMS-Typ: direct",
        "Flash SMS: false",
        "Encoding: gsm",
        "GSM0338: true",
        "Debug: false",
    ]


def test_json_parameter_asks_for_json(gateway: Gateway) -> None:
    data = {"to": PHONE, "text": "Hi", "json": "1"}
    assert gateway.text("POST", "/sms", data=data).startswith('{"success":"100"')


def test_get_sends_too(gateway: Gateway) -> None:
    assert gateway.text("GET", "/sms", params={"to": PHONE, "text": "Hi"}) == "100"


def test_same_text_to_same_number_is_402(gateway: Gateway) -> None:
    gateway.sms()
    again = gateway.sms()
    assert again["success"] == "402"
    assert gateway.handsets() == {PHONE: 1}


def test_no_reload_switches_the_lock_off(gateway: Gateway) -> None:
    gateway.sms()
    assert gateway.sms(no_reload="1")["success"] == "100"
    assert gateway.handsets() == {PHONE: 2}


def test_reload_lock_ends(gateway: Gateway) -> None:
    gateway.control("/account", reload_lock_s=0)
    gateway.sms()
    assert gateway.sms()["success"] == "100"


def test_out_of_credit_is_500_for_the_rest(gateway: Gateway) -> None:
    gateway.control("/account", balance=0.2)
    answer = gateway.sms(to="4917100001,4917100002,4917100003")
    assert [m["error"] for m in answer["messages"]] == [None, None, "500"]
    assert answer["balance"] == 0.05


def test_poor_account_runs_dry(gateway: Gateway) -> None:
    poor = fresh(gateway.root_url, "sandbox-poor-key")
    gateway.control("/reset", key=poor.key)
    assert poor.sms(text="x" * 459)["success"] == "500"
    poor.session.close()


@pytest.mark.parametrize("given", [{"debug": "1"}, {"debug": 1}])
def test_debug_charges_nothing(gateway: Gateway, given: dict[str, Any]) -> None:
    answer = gateway.sms(**given)
    message = answer["messages"][0]
    assert (answer["debug"], answer["total_price"]) == ("true", 0)
    assert (message["id"], message["price"]) == (None, 0)
    assert gateway.handsets() == {}


def test_binary_needs_a_header_and_hex(gateway: Gateway) -> None:
    binary = gateway.sms(text="00ff10", udh="060504158A0000")
    text = gateway.sms(text="hello", udh="text")
    assert binary["messages"][0]["is_binary"] is True
    assert text["messages"][0]["is_binary"] is False


def test_file_placeholder_becomes_a_link(gateway: Gateway) -> None:
    files = [{"name": "a.txt", "contents": "aGk=", "validity": 1}]
    body = {"to": PHONE, "text": "See [[a.txt]]", "files": files}
    text = gateway.json("POST", "/sms", json=body)["messages"][0]["text"]
    assert text.startswith("See https://svn.me/")


def test_php_file_array_is_understood(gateway: Gateway) -> None:
    data = {"to": PHONE, "text": "See [[a]]", "files[0][name]": "a"}
    text = gateway.json("POST", "/sms", data=data)["messages"][0]["text"]
    assert text.startswith("See https://svn.me/")


@pytest.mark.parametrize("scale", [1, 1000], ids=["seconds", "milliseconds"])
def test_delayed_message_can_be_withdrawn(gateway: Gateway, scale: int) -> None:
    delay = (int(time.time()) + 3600) * scale
    sent = gateway.json(
        "POST", "/sms", json={"to": PHONE, "text": "later", "delay": delay}
    )
    number = sent["messages"][0]["id"]
    answer = gateway.json("DELETE", "/sms", json={"ids": number})
    assert answer == {"success": True, "deleted": [number]}
    assert gateway.handsets() == {}
    assert gateway.text("GET", "/balance") == "1000"


@pytest.mark.parametrize(
    "given",
    [
        {"params": {"ids": "{id}"}},
        {"data": {"ids[0]": "{id}"}},
        {"data": {"ids[]": "{id}"}},
        {"json": {"ids": ["{id}"]}},
    ],
)
def test_delete_takes_ids_in_every_spelling(
    gateway: Gateway, given: dict[str, dict[str, Any]]
) -> None:
    sent = gateway.sms(delay="2099-01-01 10:00")
    number = sent["messages"][0]["id"]
    ((kind, values),) = given.items()
    ((name, value),) = values.items()
    spelled = [number] if isinstance(value, list) else number
    answer = gateway.json("DELETE", "/sms", **{kind: {name: spelled}})
    assert answer["deleted"] == [number]


def test_sent_message_cannot_be_withdrawn(gateway: Gateway) -> None:
    number = gateway.sms()["messages"][0]["id"]
    answer = gateway.json("DELETE", "/sms", data={"ids": number})
    assert answer == {"success": False, "deleted": None}


def test_group_and_contact_names_are_recipients(gateway: Gateway) -> None:
    group = gateway.json("POST", "/groups", data={"name": "Friends"})["id"]
    for name, number in (("Ann", "4917100001"), ("Bob", "4917100002")):
        data = {"firstname": name, "mobile_number": number, "groups[]": group}
        gateway.json("POST", "/contacts", data=data)
    gateway.sms(to="friends", text="to all")
    gateway.sms(to="Ann", text="to one")
    assert gateway.handsets() == {"4917100001": 2, "4917100002": 1}


def test_throughput_keeps_the_surplus_in_line(gateway: Gateway) -> None:
    gateway.control("/account", throughput_per_s=1)
    sent = gateway.sms(to="4917100001,4917100002")
    ids = [message["id"] for message in sent["messages"]]
    answer = gateway.json("DELETE", "/sms", json={"ids": ids})
    assert answer["deleted"] == [ids[1]]
