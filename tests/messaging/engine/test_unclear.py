from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection
from messaging import pacing
from messaging.models import Campaign, Message
from messaging.selectors import messages
from messaging.services import campaigns, settling, unclear, verdicts
from messaging.services.claiming import claim
from messaging.services.journal_looks import Look
from seven_dashboard.errors import Refused
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    let_pass,
    phones,
    send,
    states,
)

ForASingle = Callable[..., Campaign]
# No lag of the journal explains any more what it does not show (messaging/timing.py).
LONG_S = 300


def settle_now(*, after_s: float = 0) -> dict[str, int]:
    """Look after everything unclear as if its time had come, or so much later."""
    let_pass(after_s)
    Message.objects.filter(state="unclear", lease_until__isnull=False).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    return unclear.settle_due()


def send_again(connection: Connection) -> None:
    Message.objects.filter(state="queued").update(due_at="2020-01-01T00:00Z")
    pacing.store().flushdb()
    send(connection)


@pytest.mark.parametrize("ending", ["907", "909", "915", "923"])
def test_what_the_gateway_took_in_is_found_in_its_journal(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    settings: object,
    ending: str,
) -> None:
    settings.GATEWAY_TIMEOUT_S = 1  # type: ignore[attr-defined]
    campaign = make_campaign(phones(1, ending=ending))
    send(fast)
    assert states(campaign) == {"unclear": 1}
    assert settle_now() == {"accepted": 1}
    message = Message.objects.get()
    assert message.price and message.gateway_id
    assert sandbox.ask("handsets")["total"] == 1
    assert_totals_equal_rows(campaign)


def test_what_is_not_in_the_journal_is_sent_again_after_two_looks(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1, ending="916"))
    send(fast)
    assert settle_now() == {"looking": 1}
    assert settle_now(after_s=LONG_S) == {"queued again": 1}
    send_again(fast)
    assert sandbox.ask("handsets")["total"] == 1
    assert Message.objects.get().attempts == 2
    assert_totals_equal_rows(campaign)


def test_nothing_without_an_answer_is_sent_again_where_that_is_set(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    settings: object,
) -> None:
    settings.SENDING_AGAIN_BY_ITSELF = False  # type: ignore[attr-defined]
    campaign = make_campaign([*phones(1, ending="916"), *phones(1, ending="918")])
    send(fast)
    settle_now()
    # The other one was answered with a code.
    assert settle_now(after_s=LONG_S) == {"for a person": 1, "queued again": 1}
    assert messages.for_person(campaign).get().error_code is None


def test_dead_process_leaves_a_lease_that_expires(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1))
    claim(campaign.pk, limit=10, price_of=lambda country: 0)  # type: ignore[arg-type,return-value]
    assert states(campaign) == {"sending": 1}
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert unclear.expire_leases() == 1
    settle_now()
    assert settle_now(after_s=LONG_S) == {"queued again": 1}


def test_silent_journal_decides_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1, ending="916"))
    send(fast)
    sandbox.ask("faults", scope="all", random={"503": 1})
    assert settle_now() == {"postponed": 1}
    assert settle_now() == {"postponed": 1}


def test_five_attempts_in_the_dark_are_for_a_person(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1, ending="910"))
    for _ in range(verdicts.MAX_DOUBTS):
        send_again(fast)
        settle_now()
        settle_now(after_s=LONG_S)
    message = Message.objects.get()
    assert (message.state, message.lease_until) == ("unclear", None)
    assert not campaigns.finish_if_settled(campaign.pk)


def test_code_that_sent_nothing_five_times_is_a_refusal(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1, ending="918"))
    for _ in range(verdicts.MAX_DOUBTS):
        send_again(fast)
        settle_now()
        settle_now(after_s=LONG_S)
    message = Message.objects.get()
    assert (message.state, message.error_code) == ("refused", 600)


@pytest.mark.parametrize(
    "is_claimed_again",
    [
        pytest.param(False, id="nobody-has-claimed-it-since"),
        pytest.param(True, id="claimed-and-given-back-since"),
    ],
)
def test_entry_found_late_counts_for_a_row_that_is_queued_again(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    is_claimed_again: bool,
) -> None:
    make_campaign(phones(1))
    sandbox.ask("faults", next=["drop-after"])
    send(fast)
    (entry,) = sandbox.client().journal.outbound()
    found = Look(Message.objects.select_related("workspace").get(), entry=entry)
    Message.objects.update(state="queued")
    if is_claimed_again:
        Message.objects.update(foreign_id="another")
    verdicts.decided(found, is_proof=True)
    # What the entry says already: accepted, or a report of this very moment.
    assert (Message.objects.get().state == "queued") is is_claimed_again


@pytest.mark.parametrize(
    ("decision", "state"), [("sent", "accepted"), ("send_again", "queued")]
)
def test_look_of_before_a_decision_does_not_overrule_it(
    make_campaign: MakeCampaign, decision: settling.Decision, state: str
) -> None:
    campaign = make_campaign(phones(1))
    message = in_long_doubt(campaign)
    found = Look(message)
    decide(message, decision)
    assert verdicts.decided(found, is_proof=True)
    verdicts.postpone([message.pk], seconds=1)
    row = Message.objects.get()
    assert (row.state, row.lease_until) == (state, None)
    assert_totals_equal_rows(campaign)


def test_what_is_found_after_the_decision_to_send_again_is_not_sent_twice(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign(phones(1))
    sandbox.ask("faults", next=["drop-after"])
    send(fast)
    let_pass(LONG_S * 4)
    message = Message.objects.select_related("workspace", "campaign").get()
    (entry,) = sandbox.client().journal.outbound()
    decide(message, "send_again")
    verdicts.decided(Look(message, entry=entry), is_proof=False)
    send_again(fast)
    assert sandbox.ask("handsets")["total"] == 1


def in_long_doubt(campaign: Campaign) -> Message:
    """Return a message that a journal has not settled in a quarter of an hour."""
    Message.objects.filter(campaign=campaign).update(
        state="unclear",
        looks=1,
        lease_until=timezone.now(),
        attempted_at=timezone.now() - timedelta(minutes=16),
    )
    return Message.objects.select_related("workspace", "campaign").get()


def decide(message: Message, decision: settling.Decision) -> None:
    settling.settle_by_person(
        message_id=message.pk,
        campaign_id=message.campaign_id,
        actor=None,
        decision=decision,
    )


def for_a_person(campaign: Campaign) -> Message:
    Message.objects.filter(campaign=campaign).update(
        state="unclear", lease_until=None, attempted_at=timezone.now()
    )
    return Message.objects.get(campaign=campaign)


def test_person_may_settle_as_sent(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    message = for_a_person(campaign)
    campaigns.settle_by_person(
        message_id=message.pk, campaign_id=campaign.pk, actor=None, decision="sent"
    )
    assert campaigns.finish_if_settled(campaign.pk)
    assert_totals_equal_rows(campaign)


def test_person_may_have_it_sent_again(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    message = for_a_person(campaign)
    campaigns.settle_by_person(
        message_id=message.pk,
        campaign_id=campaign.pk,
        actor=None,
        decision="send_again",
    )
    assert states(campaign) == {"queued": 1}


def test_person_waits_while_the_journal_is_asked(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    message = for_a_person(campaign)
    Message.objects.update(
        lease_until=timezone.now(), attempted_at=timezone.now() - timedelta(minutes=14)
    )
    with pytest.raises(Refused):
        campaigns.settle_by_person(
            message_id=message.pk, campaign_id=campaign.pk, actor=None, decision="sent"
        )
