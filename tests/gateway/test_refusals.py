"""How the gateway says no outside of sending, and what its codes mean."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from seven_dashboard.gateway import codes
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import (
    CODES,
    AddressNotAllowed,
    GatewayError,
    InsufficientCredit,
    InvalidCredentials,
    InvalidRecipient,
    InvalidRequest,
    MissingPermission,
    SignatureRejected,
    UnclearOutcome,
    error_for_code,
)

from .stub import Stub

Call = Callable[[SevenClient], Any]

# The codes of the gateway, 100 and 101 (accepted) and 151 and 152 (legacy) left out.
PRINTED = [11, 201, 202, 300, 301, 304, 305, 306, 307, 308, 400, 401, 402, 403]
PRINTED += [500, 600, 700, 801, 802, 803, 900, 901, 902, 903]

GATES: dict[int, type[GatewayError]] = {
    300: InvalidCredentials,
    900: InvalidCredentials,
    901: SignatureRejected,
    902: MissingPermission,
    903: AddressNotAllowed,
}
CALLS: dict[str, Call] = {
    "balance": lambda c: c.balance.get(),
    "send": lambda c: c.sms.send(to=["1"], text="x"),
    "journal": lambda c: c.journal.outbound(),
    "hooks": lambda c: c.hooks.all(),
    "status": lambda c: c.status.get(["77"]),
    "lookup": lambda c: c.lookup.mnp(["4917"]),
}


@pytest.mark.parametrize("spelling", ["{}", '"{}"', " {}\n"])
@pytest.mark.parametrize("code", GATES)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_closed_gate_concerns_the_connection(
    client: SevenClient, stub: Stub, call: Call, code: int, spelling: str
) -> None:
    stub.answers(spelling.format(code))
    with pytest.raises(GATES[code]) as caught:
        call(client)
    assert (caught.value.code, caught.value.concerns) == (code, "connection")
    assert caught.value.is_permanent
    assert caught.value.is_certainly_unsent


REFUSALS: dict[str, tuple[Call, object, str]] = {
    "hook": (
        lambda c: c.hooks.create(target_url="x", event_type="dlr"),
        {"success": False, "code": None, "error_message": "Invalid URL"},
        "Invalid URL",
    ),
    "subaccount": (
        lambda c: c.subaccounts.delete("1"),
        {"success": False, "error": "Subaccount not found"},
        "Subaccount not found",
    ),
    "credits": (
        lambda c: c.subaccounts.transfer_credits("1", amount=Decimal(-1)),
        {"success": False, "error": "Invalid amount"},
        "Invalid amount",
    ),
    "subaccounts": (
        lambda c: c.subaccounts.all(),
        {"success": False, "error": "Invalid request"},
        "Invalid request",
    ),
    "number": (
        lambda c: c.numbers.order("49", payment_interval="annually"),
        {"success": False, "error": "Not available"},
        "Not available",
    ),
    "hang-up": (
        lambda c: c.voice.hang_up(1),
        {"success": "0", "error": "Call is not in progress"},
        "Call is not in progress",
    ),
    "contact": (
        lambda c: c.contacts.create(properties={}),
        {"success": False, "message": "Nothing to save"},
        "Nothing to save",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_keeps_the_words_of_the_gateway(
    client: SevenClient, stub: Stub, name: str
) -> None:
    call, answer, words = REFUSALS[name]
    stub.answers(answer)
    with pytest.raises(InvalidRequest) as caught:
        call(client)
    assert caught.value.detail == words
    assert words not in str(caught.value)


@pytest.mark.parametrize("status", [400, 422])
def test_refusal_by_status_keeps_the_words_too(
    client: SevenClient, stub: Stub, status: int
) -> None:
    stub.answers({"error_code": 7, "error_message": "Bad name"}, status=status)
    with pytest.raises(InvalidRequest) as caught:
        client.groups.create("")
    assert caught.value.detail == "Bad name"


def test_lookup_without_credit_concerns_the_account(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers({"success": False, "code": 500, "price": 0, "mnp": None})
    with pytest.raises(InsufficientCredit):
        client.lookup.mnp(["4917"])


def test_credit_that_ends_within_a_list_keeps_what_was_answered(
    client: SevenClient, stub: Stub
) -> None:
    paid = {"success": True, "code": 100, "price": 0.005, "mnp": {"number": "+4917"}}
    refused = {"success": False, "code": 500, "price": 0, "mnp": None}
    stub.answers([paid, refused])
    found = client.lookup.mnp(["4917", "4918"])
    assert [row.code for row in found] == [100, 500]


def test_lookup_refused_by_a_bare_code(client: SevenClient, stub: Stub) -> None:
    stub.answers("202")
    with pytest.raises(InvalidRecipient):
        client.lookup.hlr(["x"])


SHAPELESS: dict[str, Call] = {
    **CALLS,
    "contacts": lambda c: c.contacts.page(),
    "prices": lambda c: c.pricing.get(),
    "numbers": lambda c: c.numbers.active(),
    "hook": lambda c: c.hooks.create(target_url="https://x", event_type="all"),
}


@pytest.mark.parametrize("answer", ["nonsense", {"data": 1}, [[[]]], [None], "-1"])
@pytest.mark.parametrize(
    "call", [SHAPELESS[name] for name in ("send", "hooks", "prices", "numbers", "hook")]
)
def test_answer_of_another_shape_is_unclear(
    client: SevenClient, stub: Stub, call: Call, answer: object
) -> None:
    stub.answers(answer)
    with pytest.raises(GatewayError) as caught:
        call(client)
    assert isinstance(caught.value, UnclearOutcome)


def test_every_printed_code_has_a_meaning() -> None:
    assert set(CODES) == {*PRINTED, 100, 101}


@pytest.mark.parametrize("code", [500, 900, 901, 902, 903])
def test_trouble_of_the_account_is_no_fault_of_a_row(code: int) -> None:
    assert error_for_code(code).concerns != "row"


@pytest.mark.parametrize("code", [202, 301, 305, 401, 402, 403])
def test_trouble_of_a_recipient_concerns_its_row(code: int) -> None:
    error = error_for_code(code)
    assert error.concerns == "row"
    assert error.is_certainly_unsent


@pytest.mark.parametrize("code", [402, 403, 500])
def test_what_time_or_money_heals_is_not_permanent(code: int) -> None:
    assert not error_for_code(code).is_permanent


@pytest.mark.parametrize("code", [11, 600, 700, 999, 0])
def test_doubtful_code_is_never_certain(code: int) -> None:
    error = error_for_code(code)
    assert isinstance(error, UnclearOutcome)
    assert not error.is_certainly_unsent


@pytest.mark.parametrize("code", CODES)
def test_every_meaning_is_a_sentence(code: int) -> None:
    sentence = CODES[code].sentence
    assert sentence.endswith(".")
    assert codes.gettext_noop(sentence) == sentence


def test_error_tells_operation_and_code_but_no_number(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers({"success": "202", "error_text": "491771783130 is bad"})
    with pytest.raises(InvalidRecipient) as caught:
        client.sms.send(to=["491771783130"], text="x")
    assert "SmsDispatch, code 202" in str(caught.value)
    assert "49177" not in str(caught.value)
