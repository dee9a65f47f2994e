"""How fast a campaign is, from what was seen before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.selectors import pace
from messaging.selectors.pace import Pace
from messaging.selectors.progress import Progress
from messaging.selectors.tallies import Totals


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    cache.clear()
    return Campaign.objects.create(
        workspace=workspace, name="Run", state="sending", rate_per_s=Decimal(20)
    )


def look(campaign: Campaign, done: int, *, of: int = 1000, after_s: float = 0) -> Pace:
    """Look at the campaign some seconds from now, with so many messages done."""
    totals = Totals(states={"accepted": done, "queued": of - done})
    with time_machine.travel(START + timedelta(seconds=after_s), tick=False):
        return pace.of(campaign, Progress(totals))


START = timezone.now()


def test_first_look_knows_only_the_rate_that_was_set(campaign: Campaign) -> None:
    found = look(campaign, 0)
    assert (found.rate_per_s, found.left_s, found.is_measured) == (None, 50.0, False)


def test_rate_is_measured_between_looks(campaign: Campaign) -> None:
    look(campaign, 0)
    found = look(campaign, 80, after_s=10)
    assert (found.rate_per_s, found.left_s) == (8.0, 115.0)


def test_old_looks_are_forgotten(campaign: Campaign) -> None:
    look(campaign, 0)
    look(campaign, 600, after_s=100)
    assert look(campaign, 650, after_s=110).rate_per_s == 5.0


def test_two_viewers_at_once_do_not_confuse_it(campaign: Campaign) -> None:
    look(campaign, 0)
    look(campaign, 1, after_s=0.1)
    assert look(campaign, 100, after_s=10).rate_per_s == 10.0


def test_pause_does_not_count_as_slowness(campaign: Campaign) -> None:
    look(campaign, 0)
    campaign.save()
    look(campaign, 500, after_s=50)
    assert look(campaign, 600, after_s=55).rate_per_s == 20.0


def test_paused_campaign_has_no_pace(campaign: Campaign) -> None:
    campaign.state = "paused"
    assert look(campaign, 10) == Pace()


def test_standing_still_promises_no_time(campaign: Campaign) -> None:
    look(campaign, 10)
    found = look(campaign, 10, after_s=30)
    assert found.is_standing and found.left_s is None
