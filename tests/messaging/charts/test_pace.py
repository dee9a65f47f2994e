"""How fast a campaign is, from what was seen before."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Workspace
from messaging.models import Campaign, Message
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


@pytest.mark.parametrize(
    "rate", [pytest.param(rate, id=f"{rate} a second") for rate in (0.1, 0.5, 10, 300)]
)
def test_after_a_minute_the_time_left_is_right(campaign: Campaign, rate: float) -> None:
    """Looked at every two seconds, as the page does."""
    size = int(rate * 300)
    # What was set says nothing: other campaigns share the pace of the account.
    Campaign.objects.update(rate_per_s=Decimal(1000))
    for second in range(0, 270, 2):
        found = look(campaign, int(rate * (second + 1.3)), of=size, after_s=second)
        rest_s = (size - int(rate * (second + 1.3))) / rate
        if second >= 60:
            assert found.left_s == pytest.approx(rest_s, rel=0.1), second


def test_time_left_grows_when_it_becomes_slower(campaign: Campaign) -> None:
    for second in range(0, 20, 2):
        look(campaign, second * 10, after_s=second)
    assert look(campaign, 180, after_s=22).rate_per_s == pytest.approx(10)
    stuck = look(campaign, 180, after_s=32).rate_per_s
    assert stuck is not None and stuck < 7


def test_slow_campaign_is_not_said_to_stand(campaign: Campaign) -> None:
    campaign.rate_per_s = Decimal("0.02")
    look(campaign, 1)
    assert not look(campaign, 1, after_s=100).is_standing
    assert look(campaign, 1, after_s=151).is_standing


def test_last_message_is_not_before_it_is_due(campaign: Campaign) -> None:
    Message.objects.create(
        workspace=campaign.workspace,
        campaign=campaign,
        recipient="+4915112345678",
        due_at=START + timedelta(hours=3),
    )
    assert look(campaign, 0).left_s == 3 * 3600


def test_hours_in_which_nothing_is_sent_count_as_well(campaign: Campaign) -> None:
    campaign.hours_kept = "own"
    campaign.hours_start, campaign.hours_end = time(8), time(20)
    evening = datetime(2026, 11, 25, 19, 59, 40, tzinfo=ZoneInfo("Europe/Berlin"))
    campaign.workspace.time_zone = "Europe/Berlin"
    with time_machine.travel(evening, tick=False):
        progress = Progress(Totals(states={"queued": 1000}))
        found = pace.of(campaign, progress)
    # 20 of 50 seconds today, the others from eight o'clock on.
    assert found.left_s == 20 + 12 * 3600 + 30


def test_standing_still_promises_no_time(campaign: Campaign) -> None:
    look(campaign, 10)
    found = look(campaign, 10, after_s=30)
    assert found.is_standing and found.left_s is None
