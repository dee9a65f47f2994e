"""The gateway is away for a while: campaigns wait, say so, and go on by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Connection
from messaging import breaker, pacing
from messaging.models import Campaign, Message
from messaging.selectors import way
from messaging.services import campaigns
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send, states


@pytest.fixture
def away(sandbox: SandboxAccount, settings: Any) -> None:
    """Let the gateway's port be closed."""
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"


def gateway_fact(campaign: Campaign) -> str:
    return way.of(campaign)[0].text


def let_time_pass(connection: Connection) -> None:
    """Let the breaker close, and what was released be due."""
    pacing.store().delete(f"breaker-open:{connection.pk}")
    Message.objects.filter(state="queued").update(due_at="2020-01-01T00:00Z")


def test_campaign_goes_on_by_itself_after_an_outage(
    make_campaign: MakeCampaign,
    fast: Connection,
    sandbox: SandboxAccount,
    away: None,
    settings: Any,
) -> None:
    campaign = make_campaign(phones(20))
    assert send(fast).stopped_by == "breaker"
    let_time_pass(fast)
    # The probe finds the gateway still away: no message is put at stake.
    assert send(fast).claimed == 0
    settings.SEVEN_BASE_URL = sandbox.base_url
    let_time_pass(fast)
    send(fast)
    assert states(campaign) == {"accepted": 20}
    assert sandbox.ask("handsets")["total"] == 20


def test_page_says_when_the_gateway_is_tried_again(
    make_campaign: MakeCampaign, fast: Connection, away: None
) -> None:
    campaign = make_campaign(phones(20))
    assert "the gateway answers" in gateway_fact(campaign)
    send(fast)
    assert "It is tried again in" in gateway_fact(campaign)
    assert "goes on by itself" in gateway_fact(campaign)


def test_gateway_is_tried_again_within_a_minute(fast: Connection) -> None:
    waits = [breaker.trip(fast.pk) for _ in range(12)]
    assert max(waits) <= breaker.LONGEST_S
    wait_s = breaker.closes_in_s(fast.pk)
    assert wait_s is not None
    assert wait_s <= breaker.LONGEST_S


def test_gateway_cannot_ask_for_a_day(fast: Connection) -> None:
    assert breaker.trip(fast.pk, retry_after_s=86_400) == breaker.MOST_ASKED_S


def test_campaign_paused_by_a_person_stays_paused(
    make_campaign: MakeCampaign,
    fast: Connection,
    sandbox: SandboxAccount,
    away: None,
    settings: Any,
) -> None:
    campaign = make_campaign(phones(20))
    send(fast)
    campaigns.pause(campaign_id=campaign.pk, actor=None)
    settings.SEVEN_BASE_URL = sandbox.base_url
    let_time_pass(fast)
    assert send(fast).claimed == 0
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "person")
    assert sandbox.ask("handsets")["total"] == 0
