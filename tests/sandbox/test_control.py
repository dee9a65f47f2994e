from __future__ import annotations

import requests

from .conftest import PHONE, Gateway
from .receiver import Receiver


def test_handsets_tell_who_got_how_many(gateway: Gateway) -> None:
    gateway.sms(text="one")
    gateway.sms(text="two")
    gateway.sms(to="4917100001", text="one")
    truth = gateway.control("/handsets")
    assert truth["total"] == 3
    assert truth["recipients"] == {PHONE: 2, "4917100001": 1}
    assert truth["more_than_once"] == {PHONE: 2}


def test_messages_are_listed_with_what_was_sent(gateway: Gateway) -> None:
    gateway.sms(text="one", foreign_id="f-1")
    listed = gateway.control("/messages")
    assert listed["total"] == 1
    assert listed["messages"][0]["text"] == "one"
    assert listed["messages"][0]["foreign_id"] == "f-1"


def test_reset_forgets_everything(gateway: Gateway, receiver: Receiver) -> None:
    # The first report is due after 0.3 of it, 1.2 s: not before all is forgotten.
    gateway.control("/account", report_delay_s=[4, 4])
    gateway.hook(receiver.url)
    gateway.sms()
    gateway.control("/reset", really=True)
    assert gateway.handsets() == {}
    assert gateway.json("GET", "/hooks")["hooks"] == []
    assert gateway.text("GET", "/balance") == "1000"
    gateway.hook(receiver.url)
    assert receiver.is_silent(1.4)


def test_balance_is_set(gateway: Gateway) -> None:
    gateway.control("/account", balance=3.5)
    assert gateway.text("GET", "/balance") == "3.5"


def test_unknown_setting_is_named(gateway: Gateway) -> None:
    answer = gateway.control("/account", colour="red")
    assert answer["error"] == "Not to be set: colour."


def test_unknown_key_is_named(gateway: Gateway) -> None:
    url = f"{gateway.root_url}/_sandbox/account"
    answer = gateway.session.get(url, params={"key": "none"}, timeout=20)
    assert answer.status_code == 400
    assert "none" in answer.json()["error"]


def test_latency_delays_the_api(gateway: Gateway) -> None:
    gateway.control("/latency", ms=120)
    took = gateway.call("GET", "/balance").elapsed.total_seconds()
    gateway.control("/latency", ms=0)
    assert took >= 0.12


def test_paused_webhooks_wait(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "sms_mo")
    gateway.control("/webhooks", paused=True)
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    assert receiver.is_silent(0.2)
    gateway.control("/webhooks", paused=False)
    assert receiver.next().json()["data"]["text"] == "Hi"


def test_page_shows_messages_escaped(gateway: Gateway) -> None:
    gateway.sms(text="<script>alert(1)</script>")
    url = f"{gateway.root_url}/"
    answer = gateway.session.get(url, params={"key": gateway.key}, timeout=20)
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'self'; base-uri 'none'"


def test_page_has_its_style(gateway: Gateway) -> None:
    answer = gateway.session.get(f"{gateway.root_url}/style.css", timeout=20)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_person_replies_on_the_page(gateway: Gateway) -> None:
    form = {"key": gateway.key, "from": PHONE, "text": "STOP"}
    page = gateway.session.post(f"{gateway.root_url}/reply", data=form, timeout=20)
    assert "STOP" in page.text
    assert gateway.json("GET", "/journal/inbound")[0]["text"] == "STOP"


def test_form_of_a_strange_page_is_refused(gateway: Gateway) -> None:
    answer = requests.post(
        f"{gateway.root_url}/reply",
        data={"key": gateway.key, "from": PHONE, "text": "STOP"},
        headers={"Origin": "http://elsewhere.example"},
        timeout=20,
    )
    assert answer.status_code == 403


def test_health(gateway: Gateway) -> None:
    assert gateway.control("/health")["ok"] is True
