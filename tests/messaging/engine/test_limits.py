"""Limits on spending hold to the cent, whoever sends."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Connection, Price, User, Workspace
from contacts.models import Group
from messaging.models import Campaign
from messaging.selectors import spending
from messaging.services import audiences, campaigns, drafts, floor, rules, sweeps
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, add_contacts, phones, send
from tests.messaging.engine.test_concurrency import at_once

# What a part costs to a German number in the sandbox.
PRICE = Decimal("0.075")


@pytest.fixture(autouse=True)
def price_list(fast: Connection) -> None:
    Price.objects.create(
        connection=fast,
        country="DE",
        country_name="Germany",
        amount=PRICE,
        seen_at=timezone.now(),
    )


def limit(workspace: Workspace, **amounts: Any) -> None:
    rules.update(workspace=workspace, actor=None, **amounts)


def limit_germany(workspace: Workspace, **amounts: Decimal | None) -> None:
    wanted = {"per_day": None, "per_campaign": None, **amounts}
    rules.set_country_limit(workspace=workspace, actor=None, country="DE", **wanted)


def reason(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    return campaign.pause_reason


@pytest.mark.django_db(transaction=True)
def test_four_campaigns_of_two_processes_keep_the_limit_of_the_day(
    workspace: Workspace, group: Group, sandbox: SandboxAccount, fast: Connection
) -> None:
    limit(workspace, limit_per_day=Decimal("5.00"))
    add_contacts(workspace, group, phones(60))
    for name in "abcd":
        draft = drafts.create(
            workspace=workspace,
            actor=None,
            name=name,
            text=f"{name} {{{{ firstname }}}}",
            groups=[group],
        )
        campaigns.launch(campaign_id=draft.pk, actor=None, cost_agreed=None)
        audiences.freeze(draft.pk)
    at_once(2, lambda: floor.run(fast.pk, budget_s=30))
    # 66 messages are 4.95 EUR; one more would be 5.025.
    assert sandbox.ask("handsets")["total"] == 66
    assert spending.today(workspace).of_day == Decimal("4.95")
    waiting = Campaign.objects.filter(messages__state="queued").distinct()
    assert set(waiting.values_list("state", "pause_reason")) == {
        (CampaignState.PAUSED, "limit_day")
    }


def test_limit_of_a_country_holds_for_the_day(
    workspace: Workspace,
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    limit_germany(workspace, per_day=Decimal("0.30"))
    campaign = make_campaign(phones(10))
    send(fast)
    assert sandbox.ask("handsets")["total"] == 4
    assert reason(campaign) == "limit_country_day:DE"


def test_limit_of_a_country_holds_for_a_campaign(
    workspace: Workspace,
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    limit_germany(workspace, per_campaign=Decimal("0.15"))
    campaign = make_campaign(phones(10))
    send(fast)
    assert sandbox.ask("handsets")["total"] == 2
    assert reason(campaign) == "limit_country:DE"


def test_limit_of_every_other_country_holds_for_one_without_its_own(
    workspace: Workspace,
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
) -> None:
    rules.set_country_limit(
        workspace=workspace,
        actor=None,
        country="",
        per_day=Decimal(0),
        per_campaign=None,
    )
    campaign = make_campaign(phones(2))
    send(fast)
    assert sandbox.ask("handsets")["total"] == 0
    assert reason(campaign) == "limit_country_day:DE"


def test_agreed_cost_counts_what_is_on_its_way(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(10), cost_agreed=Decimal("0.30"))
    send(fast)
    assert sandbox.ask("handsets")["total"] == 4
    assert reason(campaign) == "cost"


@pytest.mark.parametrize(
    ("is_wanted", "days", "state"),
    [
        pytest.param(True, 1, CampaignState.SENDING, id="next day, if so set"),
        pytest.param(True, 0, CampaignState.PAUSED, id="not on the same day"),
        pytest.param(False, 1, CampaignState.PAUSED, id="asks, as it does by default"),
    ],
)
def test_limit_of_the_day_ends_with_the_day(
    is_wanted: bool,
    days: int,
    state: CampaignState,
    workspace: Workspace,
    make_campaign: MakeCampaign,
) -> None:
    rules.update(workspace=workspace, actor=None, resumes_next_day=is_wanted)
    campaign = make_campaign(phones(1))
    campaigns.pause(campaign_id=campaign.pk, actor=None, reason="limit_day")
    sweeps.resume_next_day(now=timezone.now() + timedelta(days=days))
    campaign.refresh_from_db()
    assert campaign.state == state


def test_what_goes_on_with_the_day_is_still_what_the_day_has_stopped(
    make_campaign: MakeCampaign, owner: User
) -> None:
    campaign = make_campaign(phones(1))
    campaigns.pause(campaign_id=campaign.pk, actor=None, reason="limit_day")
    campaigns.pause(campaign_id=campaign.pk, actor=owner)
    with pytest.raises(Refused):
        campaigns.resume(campaign_id=campaign.pk, actor=None, paused_for="limit_day")
    assert reason(campaign) == "person"


def test_what_a_person_has_stopped_does_not_go_on_with_the_day(
    workspace: Workspace, make_campaign: MakeCampaign, owner: User
) -> None:
    rules.update(workspace=workspace, actor=None, resumes_next_day=True)
    campaign = make_campaign(phones(1))
    campaigns.pause(campaign_id=campaign.pk, actor=None, reason="limit_day")
    # The page still showed that it was sending.
    campaigns.pause(campaign_id=campaign.pk, actor=owner)
    sweeps.resume_next_day(now=timezone.now() + timedelta(days=1))
    assert reason(campaign) == "person"
