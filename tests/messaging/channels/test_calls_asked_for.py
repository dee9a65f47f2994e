"""Calls whose webhook never came: their journal says how they ended."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Connection
from messaging.models import Message
from messaging.services import reconciling, told
from messaging.states import MessageState
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
)


def settled(campaign_state: str) -> Message | None:
    """Ask for what is overdue; return the call once it is in a state."""
    Message.objects.update(due_at="2020-01-01T00:00Z")
    reconciling.ask_for_reports(budget_s=5)
    return Message.objects.filter(state=campaign_state).first()


def test_call_that_the_journal_settles_has_its_length_and_price(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", report_delay_s=[0, 0])
    campaign = make_campaign(phones(1), channel="voice", text="Hello")
    send(fast)
    Message.objects.update(price=Decimal(9))
    call = next(found for _ in range(200) if (found := settled("delivered")))
    assert (call.duration_s, call.price) == (1, Decimal("0.045"))
    assert call.report_word == "COMPLETED"
    assert_totals_equal_rows(campaign)


def test_call_that_nobody_took_costs_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", report_delay_s=[0, 0])
    make_campaign(phones(1, ending="903"), channel="voice", text="Hello")
    send(fast)
    call = next(found for _ in range(200) if (found := settled("undelivered")))
    assert (call.duration_s, call.price) == (None, Decimal(0))


@pytest.mark.parametrize(
    ("status", "error", "state"),
    [
        ("completed", None, MessageState.DELIVERED),
        ("busy", None, MessageState.UNDELIVERED),
        ("", "Account not authorized to call +49", MessageState.UNDELIVERED),
        ("", None, None),
        ("in-progress", None, None),
    ],
)
def test_status_of_the_journal_settles_a_call_or_not(
    status: str, error: str | None, state: MessageState | None
) -> None:
    assert told.state_of_call(status, error) == state
