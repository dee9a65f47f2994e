from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import (
    GatewayError,
    GatewayUnavailable,
    InvalidCredentials,
    Throttled,
    UnclearOutcome,
)
from seven_dashboard.gateway.transport import Repeats, Transport

from .conftest import Pauses
from .stub import Stub

BALANCE = {"amount": 44.631, "currency": "EUR"}


def test_read_is_repeated_after_a_lost_connection(
    client: SevenClient, stub: Stub
) -> None:
    stub.hangs_up().resets().answers(BALANCE)
    assert str(client.balance.get().amount) == "44.631"
    assert len(stub.received) == 3


def test_read_gives_up_after_three_attempts(client: SevenClient, stub: Stub) -> None:
    stub.answers("", status=503)
    with pytest.raises(GatewayUnavailable):
        client.balance.get()
    assert len(stub.received) == 3


def test_read_whose_time_is_over_is_not_made(client: SevenClient, stub: Stub) -> None:
    with pytest.raises(GatewayUnavailable):
        client.until(time.monotonic()).balance.get()
    assert not stub.received


def test_read_that_hangs_ends_when_its_time_is_over(
    client: SevenClient, stub: Stub
) -> None:
    stub.hangs()
    with pytest.raises(GatewayError):
        client.until(time.monotonic() + 0.5).balance.get()
    assert len(stub.received) <= 1


def test_refused_read_is_not_repeated(client: SevenClient, stub: Stub) -> None:
    stub.answers("900")
    with pytest.raises(InvalidCredentials):
        client.balance.get()
    assert len(stub.received) == 1


@pytest.mark.parametrize("kind", ["hlr", "mnp", "cnam", "rcs"])
def test_paid_lookup_is_not_repeated(
    client: SevenClient, stub: Stub, kind: str
) -> None:
    stub.hangs_up()
    with pytest.raises(UnclearOutcome):
        getattr(client.lookup, kind)(["491716992343"])
    assert len(stub.received) == 1


def test_free_lookup_is_repeated(client: SevenClient, stub: Stub) -> None:
    stub.hangs_up().answers({"success": True})
    client.lookup.format(["491716992343"])
    assert len(stub.received) == 2


def test_order_of_a_number_is_not_repeated(client: SevenClient, stub: Stub) -> None:
    stub.answers("", status=503)
    with pytest.raises(GatewayUnavailable):
        client.numbers.order("49160", payment_interval="monthly")
    assert len(stub.received) == 1


def test_pauses_grow_under_a_doubling_ceiling() -> None:
    repeats = Repeats(attempts=9, first_pause_s=1, longest_pause_s=10)
    longest = [
        max(
            repeats.pause_s(attempt=attempt, error=GatewayUnavailable()) or 0
            for _ in range(200)
        )
        for attempt in range(1, 7)
    ]
    ceilings = [1, 2, 4, 8, 10, 10]
    assert all(
        0.8 * top < got <= top for got, top in zip(longest, ceilings, strict=True)
    )


def test_retry_after_is_kept(client: SevenClient, stub: Stub, pauses: Pauses) -> None:
    stub.answers("", status=429, Retry_After="7").answers(BALANCE)
    client.balance.get()
    assert pauses.taken_s == [7.0]


def test_long_retry_after_is_handed_to_the_caller(
    client: SevenClient, stub: Stub, pauses: Pauses
) -> None:
    stub.answers("", status=429, Retry_After="3600")
    with pytest.raises(Throttled) as caught:
        client.balance.get()
    assert caught.value.retry_after_s == 3600
    assert pauses.taken_s == []


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("Fri, 99 Foo 2026 99:99:99 GMT", None),
        ("0", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_odd_retry_after_is_understood_or_left_aside(
    stub: Stub, header: str, expected: float | None
) -> None:
    stub.answers("", status=429, Retry_After=header)
    transport = Transport(base_url=stub.url, repeats=Repeats(attempts=1))
    with pytest.raises(GatewayError) as caught:
        transport.read("Balance", "/balance")
    transport.close()
    assert caught.value.retry_after_s == expected


def test_retry_after_as_a_date_counts_from_now(stub: Stub) -> None:
    now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    later = format_datetime(now + timedelta(seconds=90), usegmt=True)
    stub.answers("", status=503, Retry_After=later)
    transport = Transport(
        base_url=stub.url,
        repeats=Repeats(attempts=1, rng=random.Random(1)),
        clock=now.timestamp,
    )
    with pytest.raises(GatewayUnavailable) as caught:
        transport.read("Balance", "/balance")
    transport.close()
    assert caught.value.retry_after_s == 90
