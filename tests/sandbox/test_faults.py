from __future__ import annotations

from collections import Counter

import pytest
import requests

from .conftest import PHONE, Gateway


def send(gateway: Gateway, text: str = "x") -> requests.Response:
    return gateway.call("POST", "/sms", data={"to": PHONE, "text": text})


def test_queue_of_faults_is_used_up_in_order(gateway: Gateway) -> None:
    gateway.control("/faults", next=["503", {"fault": "429", "times": 2}])
    found = [send(gateway).status_code for _ in range(4)]
    assert found == [503, 429, 429, 200]
    assert gateway.handsets() == {PHONE: 1}


@pytest.mark.parametrize("code", ["402", "500", "600"])
def test_body_code_is_answered_without_accepting(gateway: Gateway, code: str) -> None:
    gateway.control("/faults", next=[f"code-{code}"])
    assert send(gateway).text == code
    assert gateway.handsets() == {}


@pytest.mark.parametrize(("fault", "count"), [("drop-before", 0), ("drop-after", 1)])
def test_drop_before_and_after_accepting(
    gateway: Gateway, fault: str, count: int
) -> None:
    gateway.control("/faults", next=[fault])
    with pytest.raises(requests.ConnectionError):
        send(gateway)
    assert len(gateway.handsets()) == count


@pytest.mark.parametrize(("fault", "count"), [("garbage-before", 0), ("503-after", 1)])
def test_garbage_and_late_error(gateway: Gateway, fault: str, count: int) -> None:
    gateway.control("/faults", next=[fault])
    send(gateway)
    assert len(gateway.handsets()) == count


def test_chance_follows_its_seed(gateway: Gateway) -> None:
    counts = []
    for _ in range(2):
        gateway.control("/faults", random={"503": 0.5}, seed=7)
        found = [send(gateway, f"{n}").status_code for n in range(20)]
        counts.append(found)
        gateway.control("/reset", really=True)
    assert counts[0] == counts[1]
    assert set(Counter(counts[0])) == {200, 503}


def test_faults_spare_other_operations_unless_told(gateway: Gateway) -> None:
    gateway.control("/faults", next=["503"])
    assert gateway.text("GET", "/balance") == "1000"
    gateway.control("/faults", next=["503"], scope="all")
    assert gateway.call("GET", "/balance").status_code == 503


def test_empty_plan_ends_the_trouble(gateway: Gateway) -> None:
    gateway.control("/faults", random={"503": 1})
    gateway.control("/faults", random={})
    assert send(gateway).text == "100"


@pytest.mark.parametrize(
    "plan", [{"next": ["nonsense"]}, {"next": "503"}, {"seed": "x"}, {"random": []}]
)
def test_bad_plan_is_refused_with_a_reason(
    gateway: Gateway, plan: dict[str, object]
) -> None:
    if plan == {"random": []}:
        plan = {"random": [1]}
    assert gateway.control("/faults", **plan)["error"]


def test_lookup_plan_loses_the_end_of_a_list(gateway: Gateway) -> None:
    gateway.control("/faults", next=["short-after"], scope="lookup")
    query = {"number": f"{PHONE},491716992344"}
    assert send(gateway).status_code == 200
    assert len(gateway.call("GET", "/lookup/hlr", params=query).json()) == 1
    assert len(gateway.call("GET", "/lookup/hlr", params=query).json()) == 2


def test_plan_for_an_unknown_scope_is_refused(gateway: Gateway) -> None:
    assert "scope" in gateway.control("/faults", scope="moon")["error"]


def test_plan_for_reads_stands_beside_the_one_for_sends(gateway: Gateway) -> None:
    gateway.control("/faults", next=["503"], scope="read")
    gateway.control("/faults", next=["429"])
    assert gateway.call("GET", "/journal/outbound").status_code == 503
    assert gateway.call("GET", "/journal/outbound").status_code == 200
    assert send(gateway).status_code == 429
    assert gateway.control("/troubles") == {
        "/journal/outbound 503": 1,
        "429": 1,
    }


def test_plain_answer_says_only_that_it_was_accepted(gateway: Gateway) -> None:
    gateway.control("/faults", next=["plain-after"])
    data = {"to": f"{PHONE},491716992344", "text": "x", "json": "1"}
    assert gateway.call("POST", "/sms", data=data).text == "100"
    assert len(gateway.handsets()) == 2


def test_slow_answer_is_the_right_one(gateway: Gateway) -> None:
    gateway.control("/faults", next=["slow-after"], scope="read", slow_s=0.05)
    answer = gateway.call("GET", "/balance")
    assert (answer.text, answer.elapsed.total_seconds() >= 0.05) == ("1000", True)
