"""A code and nothing else for a whole group: settled without a person."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Connection
from messaging.models import Campaign, Message
from messaging.selectors import days, spending
from messaging.services import reconciling, verdicts
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    let_pass,
    phones,
    send,
    send_single,
    states,
)
from tests.messaging.engine.test_unclear import send_again, settle_now

TEXT = "We are open on Sunday"
PRICE = Decimal("0.075")


@pytest.fixture
def locked_out(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> Campaign:
    """A group that got a bare 402, and whom the journal does not know."""
    campaign = make_campaign(phones(3), text=TEXT)
    sandbox.ask("faults", next=["code-402"])
    send(fast)
    assert states(campaign) == {"unclear": 3}
    # A minute later the journal shows a message that came after them.
    let_pass(60)
    send_single(fast)
    settle_now()
    assert settle_now() == {"queued again": 3}
    return campaign


def test_group_with_a_bare_402_waits_out_the_lock(locked_out: Campaign) -> None:
    waiting = locked_out.messages.filter(
        due_at__gt=timezone.now() + timedelta(seconds=100)
    )
    assert set(waiting.values_list("state", "error_code", "doubts")) == {
        ("queued", 402, 0)
    }
    assert waiting.count() == 3


def test_after_the_lock_each_of_the_group_goes_alone(
    locked_out: Campaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    send_again(fast)
    truth = sandbox.ask("handsets")
    assert (truth["total"], truth["more_than_once"]) == (4, {})
    assert states(locked_out) == {"accepted": 3}
    assert_totals_equal_rows(locked_out)


def test_second_402_refuses_the_one_it_is_for(
    locked_out: Campaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("faults", next=["code-402"])
    send_again(fast)
    assert states(locked_out) == {"accepted": 2, "refused": 1}
    assert Message.objects.get(state="refused").error_code == 402


def test_who_got_it_before_the_402_is_found(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(3), text=TEXT)
    sandbox.ask("faults", next=["drop-after"])
    send(fast)
    Message.objects.update(error_code=402)
    assert settle_now() == {"accepted": 3}
    assert sandbox.ask("handsets")["more_than_once"] == {}


def test_402_after_an_attempt_in_doubt_is_for_a_person(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1), text=TEXT)
    Message.objects.update(
        state="unclear",
        error_code=402,
        attempts=2,
        doubts=1,
        attempted_at=timezone.now(),
        lease_until=timezone.now(),
    )
    found = [settle_now() for _ in range(verdicts.LOOKS_BEFORE_PERSON)]
    assert found[-1] == {"for a person": 1}
    assert {"queued again": 1} not in found


@pytest.fixture
def plainly_accepted(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> Campaign:
    """Forty recipients in one request, answered with "100" and nothing else."""
    campaign = make_campaign(phones(40), text=TEXT)
    sandbox.ask("faults", next=["plain-after"])
    send(fast)
    assert states(campaign) == {"accepted": 40}
    return campaign


def test_price_that_was_not_told_is_not_free(plainly_accepted: Campaign) -> None:
    assert set(Message.objects.values_list("price", "gateway_id")) == {(None, "")}
    spent = spending.of(
        plainly_accepted.workspace_id,
        day=days.today(plainly_accepted.workspace),
        campaign_id=plainly_accepted.pk,
        price_of=lambda country: PRICE,
    )
    assert spent.of_campaign == spent.of_day == 40 * PRICE


def test_what_was_sent_yesterday_and_not_billed_counts_for_the_campaign_alone(
    plainly_accepted: Campaign,
) -> None:
    today = days.today(plainly_accepted.workspace)
    Message.objects.update(sent_on=today - timedelta(days=1))
    spent = spending.of(
        plainly_accepted.workspace_id,
        day=today,
        campaign_id=plainly_accepted.pk,
        price_of=lambda country: PRICE,
    )
    assert (spent.of_campaign, spent.of_day) == (40 * PRICE, Decimal(0))


def test_ids_and_prices_of_a_plain_answer_are_learned(
    plainly_accepted: Campaign, sandbox: SandboxAccount
) -> None:
    Message.objects.update(accepted_at=timezone.now() - timedelta(hours=1))
    assert reconciling.ask_for_prices() == {"priced": 40}
    sent = {m["recipient"]: m["id"] for m in sandbox.ask("messages")["messages"]}
    rows = Message.objects.values_list("recipient", "gateway_id", "price")
    assert {number.lstrip("+"): pk for number, pk, _ in rows} == sent
    assert {price for *_, price in rows} == {PRICE}
    # A page of the journal for all of them, and not one for each.
    assert sandbox.ask("requests")["GET /journal/outbound"] == 1
    assert_totals_equal_rows(plainly_accepted)


def test_journal_that_does_not_answer_is_not_asked_for_each_price(
    plainly_accepted: Campaign, sandbox: SandboxAccount
) -> None:
    Message.objects.update(accepted_at=timezone.now() - timedelta(hours=1))
    sandbox.ask("faults", scope="read", random={"code-700": 1})
    assert reconciling.ask_for_prices() == {"priced": 0}
    assert sandbox.ask("requests")["GET /journal/outbound"] == 2


def test_rcs_accepted_without_an_id_is_looked_up_before_its_delivery(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", report_delay_s=[60, 60])
    make_campaign(phones(1), text=TEXT, channel="rcs")
    send(fast)
    Message.objects.update(
        gateway_id="", accepted_at=timezone.now() - timedelta(hours=1)
    )
    assert reconciling.ask_for_prices() == {"priced": 0}
    message = Message.objects.get()
    # It is billed with its delivery: what it costs is still open, not nothing.
    assert (message.gateway_id != "", message.price) == (True, None)


def test_rcs_found_in_the_journal_is_not_free_either(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", report_delay_s=[60, 60])
    make_campaign(phones(1), text=TEXT, channel="rcs")
    sandbox.ask("faults", next=["drop-after"])
    send(fast)
    assert settle_now() == {"accepted": 1}
    assert Message.objects.get().price is None
