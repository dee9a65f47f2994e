from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from seven_dashboard.gateway import signing
from tests.journeys.deadlines import eventually

from .conftest import PHONE, Gateway
from .receiver import Received, Receiver


def verify(received: Received, *, key: str, base: str) -> None:
    signing.verify_headers(
        received.headers,
        key=key,
        method=received.method,
        url=base + received.path,
        body=received.body,
    )


def root_of(receiver: Receiver) -> str:
    parts = urlsplit(receiver.url)
    return f"{parts.scheme}://{parts.netloc}"


def delivery_of(gateway: Gateway) -> Any:
    (delivery,) = gateway.control("/deliveries")["deliveries"]
    return delivery


def test_report_has_the_documented_envelope(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "dlr")
    number = gateway.sms(foreign_id="f-1")["messages"][0]["id"]
    # Deliveries run side by side, so that their order is not certain.
    first, second = sorted(receiver.events(2), key=lambda e: e["data"]["status"])
    assert list(first) == ["data", "webhook_event", "webhook_timestamp"]
    assert first["webhook_event"] == "dlr"
    assert list(first["data"]) == ["msg_id", "status", "timestamp", "foreign_id"]
    assert (first["data"]["msg_id"], first["data"]["foreign_id"]) == (number, "f-1")
    statuses = [event["data"]["status"] for event in (first, second)]
    assert statuses == ["DELIVERED", "TRANSMITTED"]


def test_foreign_id_is_absent_when_none_was_given(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "dlr")
    gateway.sms()
    assert "foreign_id" not in receiver.next().json()["data"]


@pytest.mark.parametrize("method", ["JSON", "POST", "GET"])
def test_every_form_is_signed_over_the_whole_url(
    gateway: Gateway, receiver: Receiver, method: str
) -> None:
    gateway.hook(receiver.url, "dlr", method)
    gateway.sms()
    received = receiver.next()
    verify(received, key=gateway.signing_key, base=root_of(receiver))
    assert received.path.startswith("/hook?token=abc")


def test_wrong_key_does_not_verify(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "dlr")
    gateway.sms()
    with pytest.raises(signing.SignatureInvalid):
        verify(receiver.next(), key="another", base=root_of(receiver))


def test_post_is_a_form_with_php_nesting(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "sms_mo", "POST")
    gateway.control("/inbound", **{"from": PHONE, "text": "Grüße & more"})
    fields = parse_qs(receiver.next().body.decode())
    assert fields["webhook_event"] == ["sms_mo"]
    assert fields["data[sender]"] == [PHONE]
    assert fields["data[text]"] == ["Grüße & more"]


def test_get_carries_the_event_in_the_query(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "sms_mo", "GET")
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    received = receiver.next()
    query = parse_qs(urlsplit(received.path).query)
    assert (received.method, received.body) == ("GET", b"")
    assert query["token"] == ["abc"]
    assert query["data[text]"] == ["Hi"]


def test_inbound_data_is_as_recorded(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "sms_mo")
    gateway.control("/inbound", **{"from": PHONE, "to": "4915735980100", "text": "Hi"})
    data = receiver.next().json()["data"]
    assert list(data) == ["id", "sender", "system", "text", "time", "message_type"]
    assert data["time"].isdecimal()
    assert (data["system"], data["message_type"]) == ("4915735980100", "SMS")


def test_hook_hears_only_its_event(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "sms_mo")
    gateway.sms()
    assert receiver.is_silent(0.4)


def test_event_filter_compares_the_own_number(
    gateway: Gateway, receiver: Receiver
) -> None:
    data = {"target_url": receiver.url, "event_type": "sms_mo", "event_filter": "4915"}
    gateway.json("POST", "/hooks", data=data | {"request_method": "JSON"})
    gateway.control("/inbound", **{"from": PHONE, "to": "4915735980100", "text": "Hi"})
    assert receiver.is_silent(0.3)


def test_custom_headers_are_added(gateway: Gateway, receiver: Receiver) -> None:
    data = {"target_url": receiver.url, "event_type": "all"}
    gateway.json("POST", "/hooks", data=data | {"headers": "X-One: 1\nX-Two: 2"})
    gateway.sms()
    headers = receiver.next().headers
    assert (headers["x-one"], headers["x-two"]) == ("1", "2")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_server_trouble_is_retried_until_it_ends(
    gateway: Gateway, receiver: Receiver, status: int
) -> None:
    gateway.hook(receiver.url, "sms_mo")
    receiver.statuses.extend([status, status])
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    events = receiver.events(3)
    assert events[0] == events[1] == events[2]
    eventually(lambda: delivery_of(gateway), lambda one: one["state"] == "delivered")
    assert receiver.is_silent(0.2)
    assert delivery_of(gateway)["attempts"] == 3


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_other_refusals_are_final(
    gateway: Gateway, receiver: Receiver, status: int
) -> None:
    gateway.hook(receiver.url, "sms_mo")
    receiver.statuses.append(status)
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    receiver.next()
    assert receiver.is_silent(0.3)


def test_redirect_counts_as_success(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "sms_mo")
    receiver.statuses.append(302)
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    receiver.next()
    assert receiver.is_silent(0.3)


def test_closed_receiver_is_retried(gateway: Gateway) -> None:
    gateway.hook("http://127.0.0.1:9/nobody", "sms_mo")
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    found = eventually(lambda: delivery_of(gateway), lambda one: one["attempts"] > 1)
    assert found["state"] == "waiting"


def test_public_target_is_never_called(gateway: Gateway) -> None:
    gateway.hook("http://192.0.43.10/hook", "sms_mo")
    gateway.control("/inbound", **{"from": PHONE, "text": "Hi"})
    found = eventually(lambda: delivery_of(gateway), lambda one: one["last_result"])
    assert found["state"] == "failed"
    assert "public address" in found["last_result"]


def test_plan_can_drop_and_double(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "sms_mo")
    gateway.control("/webhook-plan", drop_share=1)
    gateway.control("/inbound", **{"from": PHONE, "text": "lost"})
    gateway.control("/webhook-plan", duplicate_share=1)
    gateway.control("/inbound", **{"from": PHONE, "text": "twice"})
    events = receiver.events(2)
    assert [event["data"]["text"] for event in events] == ["twice", "twice"]
    assert receiver.is_silent(0.2)


def test_plan_can_let_reports_overtake_the_answer(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "dlr")
    gateway.control("/webhook-plan", report_before_answer=True)
    gateway.sms()
    assert receiver.queue.qsize() == 2


def test_click_is_a_tracking_event(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "tracking")
    sent = gateway.sms(
        text="See https://shop.example/a", performance_tracking="1", label="spring"
    )
    number = sent["messages"][0]["id"]
    gateway.control("/click", id=number)
    data = receiver.next().json()["data"]
    assert (data["sms_id"], data["sms_label"]) == (number, "spring")
    assert data["final_url"] == "https://shop.example/a"
    assert data["total_clicks"] == 1


def test_call_to_an_own_number_is_an_event(
    gateway: Gateway, receiver: Receiver
) -> None:
    gateway.hook(receiver.url, "voice_call")
    gateway.control("/call", **{"from": PHONE, "to": "4915735980100"})
    data = receiver.next().json()["data"]
    assert (data["caller"], data["system"]) == (PHONE, "4915735980100")


def test_pressed_digit_is_an_event(gateway: Gateway, receiver: Receiver) -> None:
    gateway.hook(receiver.url, "voice_dtmf")
    gateway.control("/call", **{"from": PHONE, "digit": "7"})
    assert receiver.next().json()["data"]["dtmf_digit"] == 7
