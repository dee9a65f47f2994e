"""Campaigns that start at a time: once, in time, and never unasked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Connection, Price, Workspace
from accounts.services import connections
from contacts.models import Contact, Group
from messaging import tasks
from messaging.models import Campaign
from messaging.selectors import plans
from messaging.services import audiences, campaigns, drafts, rules, starts
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from tests.messaging.engine.conftest import add_contacts, phones
from tests.messaging.engine.test_concurrency import at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft(workspace: Workspace, group: Group, fast: Connection) -> Campaign:
    """Return a draft that starts at nine in the workspace's zone, in two days."""
    add_contacts(workspace, group, phones(3))
    return drafts.create(
        workspace=workspace,
        actor=None,
        name="Spring",
        text="Hello",
        groups=[group],
        start_clock="workspace",
        start_on=timezone.now().date() + timedelta(days=2),
        start_time=time(9),
    )


@pytest.fixture
def scheduled(draft: Campaign) -> Campaign:
    return starts.agree(campaign_id=draft.pk, actor=None, cost_agreed=Decimal(5))


def begin(campaign: Campaign) -> datetime:
    assert campaign.starts_at is not None
    return campaign.starts_at


def state(campaign: Campaign) -> tuple[str, str]:
    campaign.refresh_from_db()
    return campaign.state, campaign.pause_reason


def test_agreement_schedules_and_starts_nothing(scheduled: Campaign) -> None:
    assert state(scheduled) == (CampaignState.SCHEDULED, "")
    assert starts.due() == []
    assert not starts.start(scheduled.pk)


def test_agreement_keeps_what_it_will_probably_cost(
    draft: Campaign, fast: Connection
) -> None:
    Price.objects.create(
        connection=fast, country="DE", amount=Decimal("0.075"), seen_at=timezone.now()
    )
    found = starts.agree(campaign_id=draft.pk, actor=None, cost_agreed=Decimal(5))
    found.refresh_from_db()
    assert found.cost_expected == Decimal("0.225")
    assert starts.redraft(campaign_id=draft.pk, actor=None).cost_expected is None


def test_it_starts_when_its_time_has_come(scheduled: Campaign) -> None:
    now = begin(scheduled)
    assert starts.due(now=now - MINUTE) == []
    assert starts.due(now=now) == [scheduled.pk]
    assert starts.start(scheduled.pk, now=now)
    assert state(scheduled) == (CampaignState.PREPARING, "")


def test_it_starts_once(scheduled: Campaign) -> None:
    assert starts.start(scheduled.pk, now=begin(scheduled))
    assert not starts.start(scheduled.pk, now=begin(scheduled))
    assert starts.due(now=begin(scheduled)) == []


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_start_it_once(scheduled: Campaign) -> None:
    now = begin(scheduled)
    assert sorted(at_once(2, lambda: starts.start(scheduled.pk, now=now))) == [  # type: ignore[type-var]
        False,
        True,
    ]


def test_killed_after_the_start_goes_on_by_the_sweep(scheduled: Campaign) -> None:
    starts.start(scheduled.pk, now=begin(scheduled))
    assert tasks.sweep_campaigns()["preparing"] == 1


def test_clock_that_jumps_back_starts_nothing_again(scheduled: Campaign) -> None:
    starts.start(scheduled.pk, now=begin(scheduled))
    audiences.freeze(scheduled.pk)
    assert not starts.start(scheduled.pk, now=begin(scheduled) - timedelta(days=1))
    assert not starts.start(scheduled.pk, now=begin(scheduled))
    assert state(scheduled)[0] == CampaignState.SENDING


@pytest.mark.parametrize(
    ("late_min", "found"),
    [
        pytest.param(60, (CampaignState.PREPARING, ""), id="within the tolerance"),
        pytest.param(61, (CampaignState.PAUSED, "late"), id="too late asks"),
        pytest.param(60 * 18, (CampaignState.PAUSED, "late"), id="3 a.m."),
    ],
)
def test_missed_start(
    late_min: int, found: tuple[str, str], scheduled: Campaign
) -> None:
    starts.start(scheduled.pk, now=begin(scheduled) + late_min * MINUTE)
    assert state(scheduled) == found


def test_tolerance_can_be_set(scheduled: Campaign, workspace: Workspace) -> None:
    rules.update(workspace=workspace, actor=None, late_minutes=5)
    starts.start(scheduled.pk, now=begin(scheduled) + 6 * MINUTE)
    assert state(scheduled) == (CampaignState.PAUSED, "late")


def test_held_start_goes_on_at_a_persons_word(scheduled: Campaign) -> None:
    starts.start(scheduled.pk, now=begin(scheduled) + 61 * MINUTE)
    campaigns.resume(campaign_id=scheduled.pk, actor=None)
    assert state(scheduled) == (CampaignState.PREPARING, "")


def test_audience_is_that_of_the_start(
    scheduled: Campaign, workspace: Workspace, group: Group
) -> None:
    add_contacts(workspace, group, ["+4917612345678"])
    starts.start(scheduled.pk, now=begin(scheduled))
    audiences.freeze(scheduled.pk)
    assert scheduled.messages.count() == 4


def test_audience_that_costs_more_than_agreed_asks(
    draft: Campaign, workspace: Workspace, group: Group, fast: Connection
) -> None:
    Price.objects.create(
        connection=fast,
        country="DE",
        amount=Decimal("0.1"),
        seen_at=timezone.now(),
    )
    campaign = starts.agree(
        campaign_id=draft.pk, actor=None, cost_agreed=Decimal("0.3")
    )
    add_contacts(workspace, group, ["+4917612345678"])
    starts.start(campaign.pk, now=begin(campaign))
    assert state(campaign) == (CampaignState.PAUSED, "cost_grown")
    with pytest.raises(Refused):
        campaigns.resume(campaign_id=campaign.pk, actor=None)
    campaigns.resume(campaign_id=campaign.pk, actor=None, cost_agreed=Decimal("0.4"))
    assert state(campaign) == (CampaignState.PREPARING, "")


def test_lower_bound_that_was_agreed_to_holds_nothing(
    draft: Campaign, fast: Connection
) -> None:
    Price.objects.create(
        connection=fast,
        country="DE",
        amount=Decimal("0.1"),
        seen_at=timezone.now(),
    )
    campaign = starts.agree(
        campaign_id=draft.pk, actor=None, cost_agreed=Decimal("0.2")
    )
    assert starts.start(campaign.pk, now=begin(campaign))


def test_start_without_a_connection_asks(scheduled: Campaign, fast: Connection) -> None:
    fast.delete()
    starts.start(scheduled.pk, now=begin(scheduled))
    assert state(scheduled) == (CampaignState.PAUSED, "no_connection")


def test_start_with_a_broken_key_says_so(scheduled: Campaign, fast: Connection) -> None:
    connections.mark_broken(connection_id=fast.pk, code=900)
    starts.start(scheduled.pk, now=begin(scheduled))
    assert state(scheduled) == (CampaignState.PAUSED, "900")


def test_start_that_cannot_be_sent_any_more_asks(
    scheduled: Campaign, group: Group
) -> None:
    group.memberships.all().delete()
    starts.start(scheduled.pk, now=begin(scheduled))
    assert state(scheduled) == (CampaignState.PAUSED, "start_refused")


def test_scheduled_campaign_cannot_be_changed(scheduled: Campaign) -> None:
    with pytest.raises(Refused):
        drafts.update(campaign=scheduled, actor=None, text="Other")


def test_scheduled_campaign_becomes_a_draft_again(scheduled: Campaign) -> None:
    starts.redraft(campaign_id=scheduled.pk, actor=None)
    assert state(scheduled) == (CampaignState.DRAFT, "")
    assert scheduled.cost_agreed is None
    assert not starts.start(scheduled.pk, now=timezone.now() + timedelta(days=9))
    drafts.update(campaign=scheduled, actor=None, text="Other")


def test_started_campaign_is_no_draft_again(scheduled: Campaign) -> None:
    starts.start(scheduled.pk, now=begin(scheduled))
    with pytest.raises(Refused):
        starts.redraft(campaign_id=scheduled.pk, actor=None)


def test_scheduled_campaign_can_be_sent_now(scheduled: Campaign) -> None:
    starts.send_now(campaign_id=scheduled.pk, actor=None)
    assert starts.due() == [scheduled.pk]
    assert starts.start(scheduled.pk)


def test_scheduled_campaign_can_be_cancelled(scheduled: Campaign) -> None:
    campaigns.cancel(campaign_id=scheduled.pk, actor=None)
    assert not starts.start(scheduled.pk, now=begin(scheduled))
    assert state(scheduled)[0] == CampaignState.CANCELLED


def test_past_start_is_refused(draft: Campaign) -> None:
    drafts.update(campaign=draft, actor=None, start_on=datetime(2020, 1, 1).date())
    with pytest.raises(Refused):
        starts.agree(campaign_id=draft.pk, actor=None, cost_agreed=None)


def test_start_by_recipient_begins_with_the_first_zone(
    draft: Campaign, workspace: Workspace, group: Group
) -> None:
    add_contacts(workspace, group, ["+818012345678"])
    Contact.objects.filter(phone="+818012345678").update(country="JP")
    drafts.update(campaign=draft, actor=None, start_clock="recipient")
    before = plans.starts_at(draft)
    draft.refresh_from_db()
    after = plans.starts_at(draft)
    assert before is not None and after is not None
    # Tokyo is eight hours ahead of Berlin in winter, seven in summer.
    assert before - after in (timedelta(hours=8), timedelta(hours=7))


def test_every_step_is_in_the_trail(scheduled: Campaign) -> None:
    starts.send_now(campaign_id=scheduled.pk, actor=None)
    starts.start(scheduled.pk)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["campaign.agree", "campaign.send_now", "campaign.begin"]
