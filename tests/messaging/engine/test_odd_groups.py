"""Answers to a group that are not what was asked for, from a stub over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Connection
from messaging import spellings
from messaging.models import Message
from tests.gateway.stub import Stub
from tests.messaging.engine.conftest import MakeCampaign, send

FIRST, SECOND, THIRD = NUMBERS = [f"+4915112{i:06d}" for i in range(3)]


@pytest.fixture
def stub(settings: Any) -> Iterator[Stub]:
    stub = Stub()
    settings.SEVEN_BASE_URL = stub.url
    yield stub
    stub.close()


def entry(number: str, *, error: str | None = None, **fields: object) -> dict[str, Any]:
    return {
        "id": None if error else "77" + number[-9:].zfill(9),
        "recipient": number,
        "price": 0.075,
        "parts": 1,
        "success": error is None,
        "error": error,
        **fields,
    }


def envelope(*messages: dict[str, Any], success: str = "100") -> dict[str, Any]:
    return {"success": success, "balance": 10, "messages": list(messages)}


def sent(
    make_campaign: MakeCampaign, connection: Connection, stub: Stub, answer: object
) -> list[str]:
    """Send to three numbers with one answer; return their states in order."""
    make_campaign(NUMBERS, text="The same for all")
    stub.answers(answer)
    send(connection)
    assert stub.received[0].form["to"] == ",".join(NUMBERS)
    return list(Message.objects.order_by("recipient").values_list("state", flat=True))


def test_order_of_the_answers_means_nothing(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    answer = envelope(
        entry(THIRD), entry(FIRST, error="202"), entry(SECOND), success="101"
    )
    found = sent(make_campaign, fast, stub, answer)
    assert found == ["refused", "accepted", "accepted"]
    assert Message.objects.get(recipient=THIRD).gateway_id.endswith(THIRD[-9:])


@pytest.mark.parametrize(
    "spelled",
    ["4915112{}", "+49 15112 {}", "004915112{}", "015112{}", "49-15112-{}"],
)
def test_numbers_may_be_spelled_otherwise(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub, spelled: str
) -> None:
    answer = envelope(*(entry(spelled.format(n[-6:])) for n in NUMBERS))
    assert sent(make_campaign, fast, stub, answer) == ["accepted"] * 3


def test_missing_answer_leaves_one_unclear(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    answer = envelope(entry(THIRD), entry(FIRST))
    found = sent(make_campaign, fast, stub, answer)
    assert found == ["accepted", "unclear", "accepted"]


def test_number_answered_twice_is_unclear(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    answer = envelope(
        entry(FIRST), entry(SECOND), entry(SECOND, error="202"), entry(THIRD)
    )
    found = sent(make_campaign, fast, stub, answer)
    assert found == ["accepted", "unclear", "accepted"]


def test_answer_for_a_stranger_changes_nothing(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    answer = envelope(*map(entry, NUMBERS), entry("4915999999999"))
    assert sent(make_campaign, fast, stub, answer) == ["accepted"] * 3


def test_plain_yes_accepts_all_of_them(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    assert sent(make_campaign, fast, stub, "100") == ["accepted"] * 3


def test_plain_partly_is_unclear_for_all(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    assert sent(make_campaign, fast, stub, "101") == ["unclear"] * 3


def test_garbage_is_unclear_for_all(
    make_campaign: MakeCampaign, fast: Connection, stub: Stub
) -> None:
    assert sent(make_campaign, fast, stub, "<html>") == ["unclear"] * 3


def test_answer_that_fits_two_numbers_settles_neither() -> None:
    asked = ["+491511234567", "+4311511234567"]
    assert spellings.places(asked, ["01511234567"]) == [None, None]
    assert spellings.places(asked, ["491511234567"]) == [0, None]


def test_nothing_to_tell_numbers_by_matches_nothing() -> None:
    assert not spellings.is_same("", "")
    assert not spellings.could_be("+49", "49")
    assert spellings.places(["+491511234567"], [""]) == [None]
