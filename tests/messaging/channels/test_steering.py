"""Pause, resume, cancel and retry for calls and RCS, through a real sandbox."""

from __future__ import annotations

import pytest

from accounts.models import Connection
from messaging import pacing
from messaging.models import Campaign, Message
from messaging.services import campaigns, withdrawals
from seven_dashboard.gateway.resources.journal import VoiceEntry
from tests.fixtures import SandboxAccount
from tests.journeys.deadlines import eventually
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
    states,
)

CHANNELS = ("voice", "rcs")
each_channel = pytest.mark.parametrize("channel", CHANNELS)
# A text of one's own each, so that one call of the gateway is one message.
TEXT = "Hello {{ firstname }}"


def calls(sandbox: SandboxAccount) -> list[VoiceEntry]:
    return sandbox.client().journal.voice()


def received(sandbox: SandboxAccount, channel: str) -> list[str]:
    """Return the numbers that the gateway has called or written to, in order."""
    if channel == "voice":
        return sorted(call.recipient for call in calls(sandbox))
    return sorted(m["recipient"] for m in sandbox.ask("messages")["messages"])


def goes_on(connection: Connection) -> None:
    Message.objects.filter(state="queued").update(due_at="2020-01-01T00:00Z")
    pacing.store().flushdb()
    send(connection)


@each_channel
def test_trouble_in_the_middle_pauses_and_goes_on_at_the_next(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    channel: str,
) -> None:
    campaign = make_campaign(phones(6), channel=channel, text=TEXT)
    sandbox.ask("faults", next=["code-902"])
    send(fast)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "902")
    sent_before = received(sandbox, channel)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    goes_on(fast)
    assert states(campaign) == {"accepted": 6}
    assert received(sandbox, channel) == sorted(n.lstrip("+") for n in phones(6))
    assert set(sent_before) < set(received(sandbox, channel))
    assert_totals_equal_rows(campaign)


@each_channel
def test_paused_one_sends_nothing_until_it_is_resumed(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    channel: str,
) -> None:
    campaign = make_campaign(phones(3), channel=channel, text=TEXT)
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    send(fast, budget_s=0.5)
    assert received(sandbox, channel) == []
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    goes_on(fast)
    assert len(received(sandbox, channel)) == 3
    assert states(campaign) == {"accepted": 3}


@each_channel
def test_cancel_marks_what_was_not_begun(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    channel: str,
) -> None:
    campaign = make_campaign(phones(4), channel=channel, text=TEXT)
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    assert withdrawals.cancel_queued(campaign.pk) == 4
    goes_on(fast)
    assert received(sandbox, channel) == []
    assert states(campaign) == {"cancelled": 4}


def cancelled(campaign: Campaign) -> int:
    """Cancel a campaign; return how many messages the gateway took back."""
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    taken_back = withdrawals.withdraw(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.withdrawn == taken_back
    assert_totals_equal_rows(campaign)
    return taken_back


def test_cancel_takes_rcs_back_that_has_not_left(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    sandbox.ask("account", throughput_per_s=0.01)
    campaign = make_campaign(phones(3), channel="rcs", text=TEXT)
    send(fast)
    taken_back = cancelled(campaign)
    assert taken_back >= 2
    assert states(campaign)["cancelled"] == taken_back


def test_cancel_hangs_up_on_calls_that_are_running(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    # It rings for 0.8 s, and is spoken for two more.
    sandbox.ask("account", report_delay_s=[2, 2])
    campaign = make_campaign(phones(2), channel="voice", text=TEXT)
    send(fast)
    eventually(
        lambda: [call.status for call in calls(sandbox)],
        lambda found: found == ["in-progress"] * 2,
        what="nobody takes the call",
    )
    assert cancelled(campaign) == 2
    # Somebody was called, and it is paid for: their report tells.
    assert states(campaign) == {"accepted": 2}
    assert [call.status for call in calls(sandbox)] == ["completed"] * 2


@each_channel
def test_retry_takes_the_failed_ones_only(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    channel: str,
) -> None:
    # One that had its share of the day, and one that is no number at all.
    (fine,), (limited,) = phones(1), phones(1, ending="922")
    numbers = [fine, limited, *phones(1, ending="901")]
    campaign = make_campaign(numbers, channel=channel, text=TEXT)
    send(fast)
    assert states(campaign) == {"accepted": 1, "refused": 2}
    sandbox.ask("account", has_fates=False)
    assert campaigns.retry_failed(campaign_id=campaign.pk, actor=None) == 1
    goes_on(fast)
    assert states(campaign) == {"accepted": 2, "refused": 1}
    assert received(sandbox, channel) == sorted(n.lstrip("+") for n in (fine, limited))
