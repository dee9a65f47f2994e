from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
import requests

from seven_dashboard.sandbox import process

from .conftest import PHONE, Gateway, fresh
from .receiver import Receiver

Start = Callable[..., process.Handle]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[process.Handle] = []

    def begin(*arguments: str) -> process.Handle:
        handle = process.start("--state", str(tmp_path / "state.db"), *arguments)
        running.append(handle)
        return handle

    yield begin
    for handle in running:
        handle.stop()


def test_answered_message_survives_kill(start: Start) -> None:
    first = start()
    caller = fresh(first.root_url)
    number = caller.sms(foreign_id="f-1")["messages"][0]["id"]
    first.kill()
    caller.session.close()
    again = Gateway(start().root_url, caller.key)
    (row,) = again.json("GET", "/journal/outbound")
    assert (row["id"], row["foreign_id"]) == (number, "f-1")
    assert again.text("GET", "/balance") == "999.925"
    again.session.close()


def test_everything_else_survives_too(start: Start) -> None:
    first = start()
    caller = fresh(first.root_url)
    caller.hook("http://127.0.0.1:9/x", "dlr")
    group = caller.json("POST", "/groups", data={"name": "Friends"})["id"]
    caller.json("POST", "/contacts", data={"firstname": "Ann", "groups": group})
    caller.json("POST", "/subaccounts/create", data={"name": "A", "email": "a@b.cd"})
    caller.control("/inbound", **{"from": PHONE, "text": "Hi"})
    first.stop()
    caller.session.close()
    again = Gateway(start().root_url, caller.key)
    assert len(again.json("GET", "/hooks")["hooks"]) == 1
    assert again.json("GET", "/groups")["data"][0]["members_count"] == 1
    assert len(again.json("GET", "/subaccounts/list")) == 1
    assert again.json("GET", "/journal/inbound")[0]["text"] == "Hi"
    again.session.close()


def test_report_due_while_down_comes_after_the_restart(
    start: Start, receiver: Receiver
) -> None:
    first = start("--report-delay-s", "60")
    caller = fresh(first.root_url)
    caller.hook(receiver.url, "dlr")
    number = caller.sms()["messages"][0]["id"]
    first.kill()
    caller.session.close()
    start("--report-delay-s", "0.1")
    events = receiver.events(2)
    assert {e["data"]["status"] for e in events} == {"TRANSMITTED", "DELIVERED"}
    assert {event["data"]["msg_id"] for event in events} == {number}


def test_undelivered_webhook_is_tried_again_after_a_restart(
    start: Start, receiver: Receiver
) -> None:
    receiver.statuses.append(503)
    first = start("--time-scale", "0.01")
    caller = fresh(first.root_url)
    caller.hook(receiver.url, "sms_mo")
    caller.control("/inbound", **{"from": PHONE, "text": "Hi"})
    receiver.next()
    caller.session.close()
    first.stop()
    start("--time-scale", "0.01")
    assert receiver.next().json()["data"]["text"] == "Hi"


def test_reload_lock_survives(start: Start) -> None:
    first = start()
    caller = fresh(first.root_url)
    caller.sms()
    first.kill()
    caller.session.close()
    again = Gateway(start().root_url, caller.key)
    assert again.sms()["success"] == "402"
    again.session.close()


def test_ids_go_on_rising(start: Start) -> None:
    first = start()
    caller = fresh(first.root_url)
    before = caller.sms()["messages"][0]["id"]
    first.kill()
    caller.session.close()
    again = Gateway(start().root_url, caller.key)
    assert int(again.sms(text="next")["messages"][0]["id"]) > int(before)
    again.session.close()


def test_busy_port_is_one_plain_sentence(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    port = start().root_url.rpartition(":")[2]
    with pytest.raises(RuntimeError, match="did not start"):
        process.start("--port", port)
    complaint = capfd.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}" in complaint
    assert "Traceback" not in complaint


def test_no_answered_message_is_lost_under_load(start: Start) -> None:
    first = start("--no-fates")
    key = fresh(first.root_url).key
    answered: set[str] = set()

    def send_until_it_dies(lane: int) -> None:
        caller = Gateway(first.root_url, key)
        for number in range(10_000):
            to = f"49170{lane}{number:07d}"
            try:
                caller.sms(to=to)
            except requests.RequestException:
                caller.session.close()
                return
            answered.add(to)

    lanes = [Thread(target=send_until_it_dies, args=(lane,)) for lane in range(4)]
    for lane in lanes:
        lane.start()
    while len(answered) < 300 and lanes[0].is_alive():
        sleep(0.005)
    first.kill()
    for lane in lanes:
        lane.join()
    again = Gateway(start().root_url, key)
    handsets = again.handsets()
    assert answered <= set(handsets)
    assert set(handsets.values()) == {1}
    again.session.close()
