from __future__ import annotations

import pytest
import requests

from seven_dashboard.sandbox.fates import FATES

from .conftest import Gateway
from .receiver import Receiver

HEAD = "491716000"


def statuses(receiver: Receiver, count: int) -> list[str]:
    # Deliveries run side by side, so that their order is not certain.
    return sorted(event["data"]["status"] for event in receiver.events(count))


@pytest.mark.parametrize(
    "ending", [ending for ending, fate in FATES.items() if fate.code]
)
def test_refused_ending_never_reaches_a_handset(gateway: Gateway, ending: str) -> None:
    answer = gateway.sms(to=HEAD + ending)
    assert answer["success"] == FATES[ending].code
    assert answer["messages"][0]["error"] == FATES[ending].code
    assert gateway.handsets() == {}


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("902", ["TRANSMITTED", "NOTDELIVERED"]),
        ("903", ["BUFFERED", "EXPIRED"]),
        ("905", ["TRANSMITTED", "TRANSMITTED", "DELIVERED", "DELIVERED"]),
        ("919", ["REJECTED"]),
        ("920", ["FAILED"]),
        ("921", ["BUFFERED", "DELIVERED"]),
    ],
)
def test_ending_chooses_the_reports(
    gateway: Gateway, receiver: Receiver, ending: str, expected: list[str]
) -> None:
    gateway.hook(receiver.url, "dlr")
    gateway.sms(to=HEAD + ending)
    assert statuses(receiver, len(expected)) == sorted(expected)


def test_904_never_reports(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "dlr")
    gateway.sms(to=HEAD + "904")
    assert receiver.is_silent(0.4)


def test_906_reports_before_it_answers(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "dlr")
    gateway.sms(to=HEAD + "906")
    assert receiver.queue.qsize() == 2


@pytest.mark.parametrize(("ending", "accepted"), [("907", 1), ("924", 0)])
def test_hanging_ending(gateway: Gateway, ending: str, accepted: int) -> None:
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{gateway.base_url}/sms",
            headers={"X-Api-Key": gateway.key},
            data={"to": HEAD + ending, "text": "x"},
            timeout=0.3,
        )
    assert len(gateway.handsets()) == accepted


@pytest.mark.parametrize(("ending", "accepted"), [("909", 1), ("910", 0)])
def test_cut_connection(gateway: Gateway, ending: str, accepted: int) -> None:
    with pytest.raises(requests.ConnectionError):
        gateway.sms(to=HEAD + ending)
    assert len(gateway.handsets()) == accepted


@pytest.mark.parametrize(("ending", "accepted"), [("908", 0), ("923", 1)])
def test_server_error(gateway: Gateway, ending: str, accepted: int) -> None:
    data = {"to": HEAD + ending, "text": "x"}
    assert gateway.call("POST", "/sms", data=data).status_code == 503
    assert len(gateway.handsets()) == accepted


def test_915_answers_garbage_but_accepts(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/sms", data={"to": HEAD + "915", "text": "x"})
    assert answer.status_code == 200
    assert "hiccup" in answer.text
    assert len(gateway.handsets()) == 1


def test_913_is_ordinary_at_the_third_try(gateway: Gateway) -> None:
    data = {"to": HEAD + "913", "text": "x"}
    tries = [gateway.call("POST", "/sms", data=data).status_code for _ in range(3)]
    assert tries == [503, 503, 200]
    assert len(gateway.handsets()) == 1


def test_fates_can_be_switched_off(gateway: Gateway) -> None:
    gateway.control("/account", has_fates=False)
    assert gateway.sms(to=HEAD + "901,491716000908")["success"] == "100"


def test_914_asks_once_to_wait(gateway: Gateway) -> None:
    data = {"to": HEAD + "914", "text": "x"}
    first = gateway.call("POST", "/sms", data=data)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
    assert gateway.text("POST", "/sms", data=data) == "100"
