from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import (
    DuplicateSend,
    GatewayError,
    InsufficientCredit,
    InvalidRecipient,
    InvalidRequest,
    UnclearOutcome,
)
from seven_dashboard.gateway.resources.sms import SmsReceipt

from .stub import Stub

MESSAGE = {
    "id": "77214945865",
    "sender": "Elixir",
    "recipient": "49179999999999",
    "text": "HI2U!",
    "encoding": "gsm",
    "label": None,
    "parts": 1,
    "udh": None,
    "is_binary": False,
    "price": 0.075,
    "success": True,
    "error": None,
    "error_text": None,
}
RECEIPT = {
    "success": "100",
    "total_price": 0.075,
    "balance": 54.013,
    "debug": "false",
    "sms_type": "direct",
    "messages": [MESSAGE],
}
REFUSED = MESSAGE | {
    "id": None,
    "price": 0,
    "success": False,
    "error": "202",
    "error_text": "Invalid recipient",
}


def send(client: SevenClient, *to: str) -> SmsReceipt:
    return client.sms.send(to=to or ["+49 179 99999"], text="HI2U!")


def test_receipt_tells_id_parts_and_price(client: SevenClient, stub: Stub) -> None:
    stub.answers(RECEIPT)
    receipt = send(client)
    assert (receipt.code, receipt.total_price) == (100, Decimal("0.075"))
    assert (receipt.balance, receipt.is_debug) == (Decimal("54.013"), False)
    [message] = receipt.messages
    assert (message.id, message.recipient) == ("77214945865", "49179999999999")
    assert (message.parts, message.price) == (1, Decimal("0.075"))
    assert message.is_success
    assert message.refusal is None


def test_failure_of_one_recipient_stands_in_its_message(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers(RECEIPT | {"success": "101", "messages": [MESSAGE, REFUSED]})
    receipt = send(client, "1", "2")
    assert receipt.code == 101
    assert [message.is_success for message in receipt.messages] == [True, False]
    refused = receipt.messages[1]
    assert (refused.id, refused.error_code) == (None, 202)
    assert refused.refusal is not None
    assert refused.refusal.permanent


@pytest.mark.parametrize("code", ["100", "101"])
def test_accepted_code_returns_even_if_every_message_failed(
    client: SevenClient, stub: Stub, code: str
) -> None:
    stub.answers(RECEIPT | {"success": code, "messages": [REFUSED]})
    assert not send(client).messages[0].is_success


@pytest.mark.parametrize("success", ["100", 100, True, "true", 1, "1"])
def test_success_is_understood_in_every_spelling(
    client: SevenClient, stub: Stub, success: object
) -> None:
    stub.answers(RECEIPT | {"success": success})
    assert send(client).code == 100


@pytest.mark.parametrize("success", [True, "true", "100", 1])
def test_success_of_a_message_is_understood_in_every_spelling(
    client: SevenClient, stub: Stub, success: object
) -> None:
    stub.answers(RECEIPT | {"messages": [MESSAGE | {"success": success}]})
    assert send(client).messages[0].is_success


@pytest.mark.parametrize(
    ("price", "expected"),
    [("0.0750", "0.0750"), (0, "0"), (None, None), ("free", None), (1e30, None)],
)
def test_total_price_is_exact_or_unknown(
    client: SevenClient, stub: Stub, price: object, expected: str | None
) -> None:
    stub.answers(RECEIPT | {"total_price": price})
    wanted = None if expected is None else Decimal(expected)
    assert send(client).total_price == wanted


def test_a_refusal_never_hides_an_accepted_message(
    client: SevenClient, stub: Stub
) -> None:
    broke = MESSAGE | {"success": False, "error": 500, "id": None}
    stub.answers(RECEIPT | {"success": "500", "messages": [MESSAGE, broke]})
    receipt = send(client, "1", "2")
    assert receipt.code == 500
    assert [message.error_code for message in receipt.messages] == [None, 500]


def test_sandbox_key_gives_no_id(client: SevenClient, stub: Stub) -> None:
    free = MESSAGE | {"id": None, "price": 0}
    stub.answers(RECEIPT | {"debug": "true", "total_price": 0, "messages": [free]})
    receipt = send(client)
    assert receipt.is_debug
    assert receipt.messages[0].id is None
    assert receipt.messages[0].is_success


@pytest.mark.parametrize("odd", [{"parts": "x"}, {"price": []}, {"udh": {}}])
def test_an_odd_extra_does_not_cost_the_id(
    client: SevenClient, stub: Stub, odd: dict[str, Any]
) -> None:
    stub.answers(RECEIPT | {"messages": [MESSAGE | odd]})
    assert send(client).messages[0].id == "77214945865"


def test_bare_text_accepts_every_recipient(client: SevenClient, stub: Stub) -> None:
    stub.answers("100")
    messages = send(client, "1", "2").messages
    assert [(message.recipient, message.id) for message in messages] == [
        ("1", None),
        ("2", None),
    ]
    assert all(message.is_success for message in messages)


def test_text_with_an_id(client: SevenClient, stub: Stub) -> None:
    stub.answers("100\n77214945865")
    assert [message.id for message in send(client).messages] == ["77214945865"]


def test_text_with_details(client: SevenClient, stub: Stub) -> None:
    stub.answers(
        "100\n77214945865\nVerbucht: 0\nPreis: 0.075\nGuthaben: 4.575\nText: a: 1\n"
        "SMS-Typ: direct\nFlash SMS: false\nEncoding: gsm\nGSM0338: true\nDebug: true"
    )
    receipt = send(client)
    assert (receipt.total_price, receipt.balance) == (
        Decimal("0.075"),
        Decimal("4.575"),
    )
    assert (receipt.is_debug, receipt.messages[0].encoding) == (True, "gsm")
    assert receipt.messages[0].id == "77214945865"


def test_partly_accepted_text_names_nobody(client: SevenClient, stub: Stub) -> None:
    stub.answers("101")
    receipt = send(client, "1", "2")
    assert (receipt.code, receipt.messages) == (101, [])


WHOLE_REFUSALS: dict[str, tuple[object, type[GatewayError]]] = {
    "bare code": ("305", InvalidRequest),
    "bare code in JSON": ('"402"', DuplicateSend),
    "bare number in JSON": (500, InsufficientCredit),
    "envelope": ({"success": "202"}, InvalidRecipient),
    "envelope with messages": (
        RECEIPT | {"success": "202", "messages": [REFUSED]},
        InvalidRecipient,
    ),
    "plain no": ({"success": False, "error": "Not possible"}, InvalidRequest),
    "plain no with a code": ({"success": "false", "error": "500"}, InsufficientCredit),
    "error object": ({"error_code": 202, "error_message": "No"}, InvalidRecipient),
    "code object": ({"code": 404, "message": "No", "errors": []}, InvalidRequest),
}


@pytest.mark.parametrize("name", WHOLE_REFUSALS)
def test_refusal_of_everything_is_raised(
    client: SevenClient, stub: Stub, name: str
) -> None:
    answer, kind = WHOLE_REFUSALS[name]
    stub.answers(answer)
    with pytest.raises(kind) as caught:
        send(client)
    assert caught.value.is_certainly_unsent


@pytest.mark.parametrize("answer", ["600", {"success": "700"}, {"success": "11"}])
def test_doubtful_refusal_is_unclear(
    client: SevenClient, stub: Stub, answer: object
) -> None:
    stub.answers(answer)
    with pytest.raises(UnclearOutcome) as caught:
        send(client)
    assert caught.value.code in (600, 700, 11)
    assert not caught.value.is_certainly_unsent


def test_voice_id_is_text_like_every_other(client: SevenClient, stub: Stub) -> None:
    call = {"id": 1038703, "recipient": "4917", "price": 0.1, "success": True}
    stub.answers({"success": "100", "debug": False, "messages": [call]})
    receipt = client.voice.send(to=["4917"], text="HI2U!")
    assert receipt.messages[0].id == "1038703"
    assert receipt.messages[0].price == Decimal("0.1")


def test_voice_as_text(client: SevenClient, stub: Stub) -> None:
    stub.answers("100\n1038704\n0.1")
    receipt = client.voice.send(to=["4917"], text="HI2U!")
    assert receipt.messages[0].id == "1038704"
    assert receipt.total_price == Decimal("0.1")


def test_refused_voice_as_text(client: SevenClient, stub: Stub) -> None:
    stub.answers("301\n\n0.1")
    with pytest.raises(InvalidRequest) as caught:
        client.voice.send(to=["4917"], text="HI2U!")
    assert caught.value.code == 301


def test_rcs_is_billed_later(client: SevenClient, stub: Stub) -> None:
    sent = MESSAGE | {"parts": 0, "price": 0, "channel": "RCS", "fallback": None}
    stub.answers(RECEIPT | {"total_price": None, "messages": [sent]})
    receipt = client.rcs.send(to="4917", content="Hello World!")
    assert (receipt.total_price, receipt.messages[0].parts) == (None, 0)
    assert receipt.messages[0].channel == "RCS"


@pytest.mark.parametrize("deleted", [None, []])
def test_nothing_left_to_delete_is_no_error(
    client: SevenClient, stub: Stub, deleted: object
) -> None:
    stub.answers({"success": False, "deleted": deleted})
    assert client.sms.delete(["77"]).ids == []


def test_deletion_names_what_it_caught(client: SevenClient, stub: Stub) -> None:
    stub.answers({"success": True, "deleted": ["77", 78]})
    assert client.sms.delete(["77", "78", "79"]).ids == ["77", "78"]


def test_deleting_nothing_asks_nothing(client: SevenClient, stub: Stub) -> None:
    assert client.sms.delete([]).ids == []
    assert stub.received == []
