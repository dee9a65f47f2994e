from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import PHONE, Gateway
from .receiver import Receiver


def call(gateway: Gateway, to: str = PHONE, **given: Any) -> Any:
    return gateway.json("POST", "/voice", data={"to": to, "text": "Hello", **given})


def test_answer_has_the_recorded_shape(gateway: Gateway) -> None:
    answer = call(gateway)
    keys = ["success", "total_price", "balance", "debug", "messages"]
    assert list(answer) == keys
    assert (answer["success"], answer["debug"]) == ("100", False)
    (message,) = answer["messages"]
    assert list(message) == [
        "id",
        "sender",
        "recipient",
        "text",
        "price",
        "success",
        "error",
        "error_text",
    ]
    assert isinstance(message["id"], int)


def test_text_answer_has_three_lines(gateway: Gateway) -> None:
    lines = gateway.text("POST", "/voice", data={"to": PHONE, "text": "x"}).split("\n")
    assert lines[0] == "100"
    assert lines[1].isdecimal()
    assert float(lines[2]) == 0.045


def test_missing_recipient_keeps_three_lines(gateway: Gateway) -> None:
    text = gateway.text("POST", "/voice", data={"text": "x"})
    assert text.split("\n")[:2] == ["301", ""]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("343", ["in-progress", "completed"]),
        ("902", ["failed"]),
        ("903", ["no-answer"]),
    ],
)
def test_call_reports_its_statuses(
    gateway: Gateway, receiver: Receiver, ending: str, expected: list[str]
) -> None:
    gateway.hook(receiver.url, "voice_status")
    call(gateway, to=PHONE[:-6] + "000" + ending, foreign_id="v-1")
    events = receiver.events(len(expected))
    assert sorted(e["data"]["status"] for e in events) == sorted(expected)
    assert events[0]["data"]["foreign_id"] == "v-1"


def test_journal_lists_the_call(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "voice_status")
    call(gateway)
    receiver.events(2)
    (row,) = gateway.json("GET", "/journal/voice")
    assert list(row) == [
        "id",
        "from",
        "to",
        "xml",
        "text",
        "duration",
        "status",
        "error",
        "timestamp",
        "price",
    ]
    assert (row["status"], row["xml"], row["price"]) == ("completed", False, "0.045")


def test_hangup_ends_a_call_in_progress(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "voice_status")
    gateway.control("/account", report_delay_s=[3, 3])
    number = call(gateway)["messages"][0]["id"]
    assert receiver.next().json()["data"]["status"] == "in-progress"
    answer = gateway.json("POST", f"/voice/{number}/hangup")
    assert answer == {"success": True, "error": None}
    assert receiver.next().json()["data"]["status"] == "completed"


def test_hangup_of_a_finished_call_is_refused(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "voice_status")
    number = call(gateway)["messages"][0]["id"]
    receiver.events(2)
    answer = gateway.json("POST", f"/voice/{number}/hangup")
    assert answer["success"] is False
    assert answer["error"]


def test_markup_is_recognised_without_a_parameter(gateway: Gateway) -> None:
    call(gateway, text="<speak>Hello</speak>")
    assert gateway.json("GET", "/journal/voice")[0]["xml"] is True


def test_verification_starts_with_a_six_digit_text(gateway: Gateway) -> None:
    answer = gateway.json("POST", "/validate_for_voice", data={"number": PHONE})
    assert answer == {"success": True, "code": answer["code"], "error": None}
    assert len(answer["code"]) == 6 and answer["code"].isdecimal()


def test_verification_of_a_bad_number(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/validate_for_voice", data={"number": "12"}).json()
    assert answer == {
        "id": None,
        "sender": "12",
        "formatted_output": None,
        "success": False,
        "error": "Reception number invalid",
        "voice": False,
    }


def test_verification_calls_back_and_is_remembered(
    gateway: Gateway, receiver: Receiver
) -> None:
    given = {"number": PHONE, "callback": receiver.url}
    gateway.json("POST", "/validate_for_voice", data=given)
    received = receiver.next()
    query = parse_qs(urlsplit(received.path).query)
    assert received.method == "GET"
    assert (query["sender"], query["success"]) == ([PHONE], ["1"])
    again = gateway.json("GET", "/validate_for_voice", params=given)
    assert again["error"] == "The sender ID is already saved."
    assert again["formatted_output"] == "+49 171 6992343"


def test_called_person_presses_what_their_number_says(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "voice_dtmf")
    call(gateway, to=f"{PHONE[:-6]}000931", foreign_id="v-1")
    data = receiver.next().json()["data"]
    assert (data["dtmf_digit"], data["foreign_id"]) == (1, "v-1")
    assert data["recipient"] == f"{PHONE[:-6]}000931"
    assert data["system"] == data["callerId"]


def test_called_person_presses_a_key_when_told(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "voice_dtmf")
    made = call(gateway)["messages"][0]["id"]
    gateway.control("/press", to=PHONE, digit="#")
    data = receiver.next().json()["data"]
    assert (data["id"], data["dtmf_digit"]) == (made, "#")
