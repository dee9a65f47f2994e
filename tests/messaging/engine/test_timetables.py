"""When the rows of a campaign are due, and what becomes of those out of hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import Contact, Group
from messaging.models import Campaign, Message
from messaging.services import audiences, campaigns, drafts, rules, waiting
from messaging.services.claiming import claim
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    add_contacts,
    phones,
    send,
    states,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = "+12125550123"
LOS_ANGELES = "+13105550123"


def clock(offset_min: int) -> time:
    """Return the time of day in Berlin so many minutes from now."""
    moment = timezone.now().astimezone(BERLIN) + timedelta(minutes=offset_min)
    return moment.time().replace(second=0, microsecond=0, tzinfo=None)


def closed_now() -> dict[str, object]:
    """Return hours that are over in Berlin and begin in about two hours."""
    return {"hours_kept": "own", "hours_start": clock(120), "hours_end": clock(180)}


def due(campaign: Campaign) -> dict[str, datetime]:
    rows = Message.objects.filter(campaign=campaign)
    return {m.recipient: m.due_at for m in rows if m.due_at is not None}


def test_plain_campaign_is_due_at_its_launch(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(3))
    assert set(due(campaign).values()) == {campaign.launched_at}


def test_each_recipient_is_due_by_the_own_clock(
    workspace: Workspace, group: Group, make_campaign: MakeCampaign
) -> None:
    add_contacts(workspace, group, [NEW_YORK, LOS_ANGELES])
    Contact.objects.filter(groups=group).update(country="US")
    tomorrow = timezone.now().date() + timedelta(days=2)
    campaign = make_campaign(
        phones(1), start_clock="recipient", start_on=tomorrow, start_time=time(9)
    )
    wanted = {
        phones(1)[0]: "Europe/Berlin",
        NEW_YORK: "America/New_York",
        LOS_ANGELES: "America/Los_Angeles",
    }
    assert due(campaign) == {
        number: datetime.combine(tomorrow, time(9), tzinfo=ZoneInfo(zone))
        for number, zone in wanted.items()
    }


def test_spread_lies_evenly(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(240), spread_minutes=240)
    assert campaign.launched_at is not None
    hours = [
        int((moment - campaign.launched_at).total_seconds() // 3600)
        for moment in due(campaign).values()
    ]
    assert all(59 <= hours.count(hour) <= 61 for hour in range(4))


def test_frozen_once_more_gives_the_same_places(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(20), spread_minutes=60)
    before = due(campaign)
    Message.objects.filter(campaign=campaign).delete()
    Campaign.objects.filter(pk=campaign.pk).update(
        state="preparing", launch_bookmark=0, total=0
    )
    audiences.freeze(campaign.pk)
    assert due(campaign) == before


def test_closed_hours_wait_for_the_next(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(3), **closed_now())
    assert send(fast).stopped_by == "nothing to send"
    assert sandbox.ask("handsets")["total"] == 0
    (moment,) = set(due(campaign).values())
    assert moment.astimezone(BERLIN).time() == campaign.hours_start


def test_closed_hours_leave_out_if_so_chosen(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(3), after_hours="leave_out", **closed_now())
    assert states(campaign) == {"skipped": 3}
    reasons = Message.objects.values_list("skip_reason", flat=True).distinct()
    assert list(reasons) == ["out_of_hours"]


def test_hours_of_the_workspace_hold_without_own_ones(
    workspace: Workspace, make_campaign: MakeCampaign
) -> None:
    rules.update(
        workspace=workspace, actor=None, hours_start=clock(120), hours_end=clock(180)
    )
    campaign = make_campaign(phones(1))
    (moment,) = due(campaign).values()
    assert moment > timezone.now()


def test_campaign_may_go_out_around_the_clock(
    workspace: Workspace, make_campaign: MakeCampaign
) -> None:
    rules.update(
        workspace=workspace, actor=None, hours_start=clock(120), hours_end=clock(180)
    )
    campaign = make_campaign(phones(1), hours_kept="none")
    assert set(due(campaign).values()) == {campaign.launched_at}


@pytest.mark.parametrize(
    ("after_hours", "left"),
    [("wait", {"queued": 30}), ("leave_out", {"skipped": 30})],
)
def test_claim_sends_nothing_once_the_hours_are_over(
    after_hours: str, left: dict[str, int], make_campaign: MakeCampaign
) -> None:
    campaign = make_campaign(phones(30), after_hours=after_hours)
    Campaign.objects.filter(pk=campaign.pk).update(**closed_now())
    found = claim(campaign.pk, limit=10, price_of=lambda country: 0)  # type: ignore[arg-type, return-value]
    assert (found.calls, found.skipped) == ([], 30)
    assert states(campaign) == left


def test_only_those_whose_hours_are_over_are_put_off(
    workspace: Workspace, group: Group, make_campaign: MakeCampaign
) -> None:
    add_contacts(workspace, group, [LOS_ANGELES])
    Contact.objects.filter(phone=LOS_ANGELES).update(country="US")
    campaign = make_campaign(phones(2))
    # An hour around now in Berlin; another time of the day in Los Angeles.
    hours = {"hours_start": clock(-30), "hours_end": clock(30)}
    Campaign.objects.filter(pk=campaign.pk).update(hours_kept="own", **hours)
    found = claim(campaign.pk, limit=10, price_of=lambda country: 0)  # type: ignore[arg-type, return-value]
    assert {c.recipient for c in found.claims} == set(phones(2))
    assert due(campaign)[LOS_ANGELES] > timezone.now()


def test_retry_at_night_waits_for_the_morning(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(2))
    Message.objects.filter(campaign=campaign).update(state="refused", error_code=403)
    Campaign.objects.filter(pk=campaign.pk).update(state="finished", **closed_now())
    campaigns.retry_failed(campaign_id=campaign.pk, actor=None)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 0
    assert states(campaign) == {"queued": 2}


def test_waiting_campaign_has_no_turn_on_the_floor(
    make_campaign: MakeCampaign,
) -> None:
    campaign = make_campaign(phones(1), spread_minutes=0, **closed_now())
    found = Campaign.objects.filter(pk=campaign.pk)
    assert found.exists()
    assert not waiting.with_due_rows(found).exists()


@pytest.mark.parametrize(("age_min", "sent"), [(0, 1), (61, 0)])
def test_single_message_keeps_hours_only_if_it_was_held_up(
    workspace: Workspace,
    sandbox: SandboxAccount,
    fast: Connection,
    age_min: int,
    sent: int,
) -> None:
    rules.update(
        workspace=workspace, actor=None, hours_start=clock(120), hours_end=clock(180)
    )
    single = campaigns.send_single(
        workspace=workspace, actor=None, recipient=phones(1)[0], text="Hi"
    )
    begun = timezone.now() - timedelta(minutes=age_min)
    Campaign.objects.filter(pk=single.pk).update(created_at=begun)
    send(fast)
    assert sandbox.ask("handsets")["total"] == sent
    assert sent or min(due(single).values()) > timezone.now()


def test_draft_keeps_its_timetable_when_copied(workspace: Workspace) -> None:
    draft = drafts.create(
        workspace=workspace, actor=None, name="a", text="b", spread_minutes=30
    )
    copy = drafts.duplicate(campaign=draft, actor=None)
    assert copy.spread_minutes == 30
