"""Too many failures pause a campaign before the rest is wasted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Workspace
from messaging.models import Campaign, Message
from messaging.services import campaigns, rules, sweeps
from messaging.states import CampaignState
from tests.messaging.engine.conftest import MakeCampaign, phones


@pytest.fixture
def campaign(make_campaign: MakeCampaign) -> Campaign:
    return make_campaign(phones(200))


def settle(campaign: Campaign, *, failed: int, fine: int, state: str) -> None:
    """Let so many of the queued messages end, as if they were attempted now."""
    rows = Message.objects.filter(campaign=campaign, state="queued").order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[: failed + fine])
    now = timezone.now()
    for part, word in ((ids[:failed], state), (ids[failed:], "delivered")):
        Message.objects.filter(pk__in=part).update(state=word, attempted_at=now)


def is_paused(campaign: Campaign) -> bool:
    sweeps.pause_failing()
    campaign.refresh_from_db()
    return campaign.pause_reason == "failures"


@pytest.mark.parametrize("state", ["refused", "undelivered", "expired"])
@pytest.mark.parametrize(
    ("failed", "fine", "paused"),
    [
        pytest.param(11, 39, True, id="22 % of 50"),
        pytest.param(10, 40, False, id="20 % is not above"),
        pytest.param(30, 19, False, id="49 are too few"),
    ],
)
def test_share_of_failures_pauses(
    state: str, failed: int, fine: int, paused: bool, campaign: Campaign
) -> None:
    settle(campaign, failed=failed, fine=fine, state=state)
    assert is_paused(campaign) == paused


def test_share_can_be_switched_off(campaign: Campaign, workspace: Workspace) -> None:
    rules.update(workspace=workspace, actor=None, failure_share=None)
    settle(campaign, failed=60, fine=0, state="refused")
    assert not is_paused(campaign)


def test_going_on_forgives_what_failed(campaign: Campaign) -> None:
    settle(campaign, failed=50, fine=0, state="refused")
    assert is_paused(campaign)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    assert not is_paused(campaign)
    assert campaign.state == CampaignState.SENDING


def test_late_reports_on_forgiven_messages_do_not_count(campaign: Campaign) -> None:
    settle(campaign, failed=50, fine=60, state="refused")
    assert is_paused(campaign)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    before = timezone.now() - timedelta(hours=1)
    late = Message.objects.filter(campaign=campaign, state="delivered")
    late.update(state="undelivered", attempted_at=before)
    settle(campaign, failed=0, fine=50, state="refused")
    assert not is_paused(campaign)


def test_it_pauses_again_when_the_next_ones_fail(campaign: Campaign) -> None:
    settle(campaign, failed=50, fine=0, state="refused")
    assert is_paused(campaign)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    settle(campaign, failed=50, fine=0, state="refused")
    Message.objects.filter(campaign=campaign, state="refused").update(
        attempted_at=timezone.now() + timedelta(seconds=5)
    )
    assert is_paused(campaign)
