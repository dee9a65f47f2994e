from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from accounts.rights import Right
from messaging.models import Campaign, Message
from messaging.services import campaigns, drafts, rules, starts
from messaging.services.checks import fingerprint
from messaging.states import CampaignState
from tests.access import Arguments, ObjectAccess
from tests.fixtures import ClientAs


@pytest.fixture(autouse=True)
def gateway_account(connected: Connection) -> Connection:
    return connected


def plan(draft: Campaign, **fields: object) -> Campaign:
    values = {
        "start_clock": "workspace",
        "start_on": timezone.now().date() + timedelta(days=2),
        "start_time": time(9),
        **fields,
    }
    return drafts.update(campaign=draft, actor=None, **values)


class OfDraft(ObjectAccess):
    right, method, methods = Right.MANAGE_CAMPAIGNS, "post", ("post",)

    @pytest.fixture
    def arguments(self, draft: Campaign) -> Arguments:
        return {"campaign_id": draft.pk}


class TestRedraft(OfDraft):
    url_name = "messaging:campaign_redraft"


class TestSendNow(OfDraft):
    url_name = "messaging:campaign_send_now"


class TestStarted(OfDraft):
    url_name, right = "messaging:campaign_started", Right.READ
    method, methods = "get", ("get",)


def test_page_of_a_planned_campaign_goes_on_with_it(
    draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(state="scheduled")
    address = reverse("messaging:campaign_started", args=[draft.pk])
    client, htmx = client_as(owner), {"HX-Request": "true"}
    assert client.get(address, headers=htmx).status_code == 204
    Campaign.objects.filter(pk=draft.pk).update(state="preparing")
    answer = client.get(address, headers=htmx)
    assert answer["HX-Redirect"] == f"/campaigns/{draft.pk}/"


def launch(draft: Campaign, person: User, client_as: ClientAs) -> int:
    values = {"cost_agreed": "5", "fingerprint": fingerprint(draft)}
    address = reverse("messaging:campaign_launch", args=[draft.pk])
    return client_as(person).post(address, values).status_code


def test_launch_with_a_start_schedules(
    draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    planned = plan(draft)
    assert launch(planned, owner, client_as) == 302
    draft.refresh_from_db()
    assert (draft.state, draft.cost_agreed) == (CampaignState.SCHEDULED, Decimal(5))


def test_check_says_when_and_offers_to_schedule(
    draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    plan(draft)
    address = reverse("messaging:campaign_check", args=[draft.pk])
    page = client_as(owner).get(address).text
    assert "in Berlin" in page
    assert "Schedule for" in page


def test_check_names_a_past_start(
    draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    plan(draft, start_on=timezone.now().date() - timedelta(days=1))
    address = reverse("messaging:campaign_check", args=[draft.pk])
    assert "This start is past" in client_as(owner).get(address).text


def test_check_shows_hours_that_are_looser_than_the_rule(
    workspace: Workspace, draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    rules.update(
        workspace=workspace, actor=None, hours_start=time(9), hours_end=time(18)
    )
    plan(draft, hours_kept="own", hours_start=time(7), hours_end=time(22))
    address = reverse("messaging:campaign_check", args=[draft.pk])
    page = client_as(owner).get(address).text
    assert "07:00 to 22:00" in page
    assert "The rule of the workspace would be: 09:00 to 18:00" in page


@pytest.fixture
def scheduled(draft: Campaign) -> Campaign:
    plan(draft)
    return starts.agree(campaign_id=draft.pk, actor=None, cost_agreed=Decimal(5))


def test_scheduled_campaign_offers_what_can_be_done(
    scheduled: Campaign, owner: User, client_as: ClientAs
) -> None:
    address = reverse("messaging:campaign_check", args=[scheduled.pk])
    page = client_as(owner).get(address).text
    for name in ("campaign_send_now", "campaign_redraft", "campaign_cancel"):
        assert reverse(f"messaging:{name}", args=[scheduled.pk]) in page
    assert reverse("messaging:campaign_launch", args=[scheduled.pk]) not in page


def test_scheduled_campaign_is_not_edited(
    scheduled: Campaign, owner: User, client_as: ClientAs
) -> None:
    address = reverse("messaging:campaign_edit", args=[scheduled.pk])
    assert client_as(owner).get(address).status_code == 302


def test_scheduled_campaign_becomes_a_draft(
    scheduled: Campaign, owner: User, client_as: ClientAs
) -> None:
    address = reverse("messaging:campaign_redraft", args=[scheduled.pk])
    client_as(owner).post(address)
    scheduled.refresh_from_db()
    assert scheduled.state == CampaignState.DRAFT


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("limit_day", "the spending limit of the day is reached"),
        ("limit_country:US", "the limit of a campaign for United States is reached"),
        ("failures", "too many messages failed"),
        ("500", "the balance is used up"),
        ("900", "Check the connection"),
        ("no_connection", "Check the connection"),
        ("past", "its time is over"),
    ],
)
def test_pause_says_why(
    reason: str, words: str, campaign: Campaign, owner: User, client_as: ClientAs
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.SENDING)
    campaigns.pause(campaign_id=campaign.pk, actor=None, reason=reason)
    address = reverse("messaging:campaign_detail", args=[campaign.pk])
    assert words in client_as(owner).get(address).text


def test_held_start_can_be_started_or_made_a_draft(
    scheduled: Campaign, owner: User, client_as: ClientAs
) -> None:
    assert scheduled.starts_at is not None
    starts.start(scheduled.pk, now=scheduled.starts_at + timedelta(days=1))
    address = reverse("messaging:campaign_detail", args=[scheduled.pk])
    page = client_as(owner).get(address).text
    assert "its start was missed" in page
    assert reverse("messaging:campaign_redraft", args=[scheduled.pk]) in page


def test_waiting_campaign_says_for_what(
    campaign: Campaign, message: Message, owner: User, client_as: ClientAs
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(
        state=CampaignState.SENDING, spread_minutes=60
    )
    campaign.messages.update(state="queued", due_at=timezone.now() + timedelta(hours=1))
    address = reverse("messaging:campaign_detail", args=[campaign.pk])
    assert "the next message goes out" in client_as(owner).get(address).text
