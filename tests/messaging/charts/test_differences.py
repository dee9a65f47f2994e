"""What may explain that the gateway counts something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from messaging.difference_words import WORDS
from messaging.differences import DayFacts, Reason, reasons
from messaging.volumes import Volume

DAY, NEXT = date(2026, 11, 24), date(2026, 11, 25)


def sent(messages: int, cost: str = "0", *, voice: int = 0, lookups: int = 0) -> Volume:
    return Volume(sms=messages, cost=Decimal(cost), voice=voice, lookups=lookups)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (DayFacts(DAY, sent(5, "1"), sent(5, "1")), []),
        (DayFacts(DAY, sent(0), None), []),
        (DayFacts(DAY, sent(5), None), [Reason.NOT_FETCHED]),
        (DayFacts(DAY, sent(5), sent(3), is_sending=True), [Reason.SENDING]),
        (DayFacts(DAY, sent(5), sent(7)), [Reason.ELSEWHERE]),
        (DayFacts(DAY, sent(5), sent(7), is_before_key=True), [Reason.OTHER_KEY]),
        (DayFacts(DAY, sent(5), sent(7), unclear=2), [Reason.UNCLEAR]),
        (
            DayFacts(DAY, sent(5), sent(9), unclear=2),
            [Reason.UNCLEAR, Reason.ELSEWHERE],
        ),
        (DayFacts(DAY, sent(5), sent(4)), [Reason.NOT_COUNTED]),
        (DayFacts(DAY, sent(5, "1"), sent(5, "1.1", lookups=9)), [Reason.LOOKUPS]),
        (DayFacts(DAY, sent(5, "1"), sent(5, "1.0004")), [Reason.ROUNDED]),
        (DayFacts(DAY, sent(5, "1"), sent(5, "1.4")), [Reason.OTHER_PRICES]),
        (
            DayFacts(DAY, sent(5, "1", voice=1), sent(5, "1.4", voice=1)),
            [Reason.BILLED_LATER],
        ),
    ],
    ids=lambda value: "" if isinstance(value, DayFacts) else "+".join(value) or "none",
)
def test_reason_follows_from_the_facts(facts: DayFacts, why: list[Reason]) -> None:
    assert reasons([facts]).get(DAY, []) == why


def test_messages_around_midnight_count_on_the_other_day() -> None:
    found = reasons(
        [
            DayFacts(DAY, sent(5), sent(3), days_shift=True),
            DayFacts(NEXT, sent(5), sent(7), days_shift=True),
        ]
    )
    assert found == {DAY: [Reason.MIDNIGHT], NEXT: [Reason.MIDNIGHT]}


def test_every_reason_has_words() -> None:
    assert set(WORDS) == set(Reason)
