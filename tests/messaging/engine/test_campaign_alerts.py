from __future__ import annotations

import pytest
from django.utils import timezone

from accounts import alert_words
from accounts.models import Alert, Workspace
from messaging.models import Campaign
from messaging.services import campaign_alerts
from messaging.states import CampaignState


@pytest.fixture
def paused(workspace: Workspace) -> Campaign:
    return Campaign.objects.create(
        workspace=workspace,
        name="Winter card",
        state=CampaignState.PAUSED,
        pause_reason="500",
        paused_at=timezone.now(),
    )


def test_paused_campaign_is_an_alert_that_says_why(paused: Campaign) -> None:
    assert campaign_alerts.watch_pauses() == 1
    alert = Alert.objects.get()
    assert str(paused.pk) in alert.path
    assert alert_words.write(alert).title == (
        "Winter card: Paused: the balance is used up"
    )


def test_what_a_person_paused_is_none(paused: Campaign) -> None:
    Campaign.objects.update(pause_reason="person")
    assert campaign_alerts.watch_pauses() == 0


def test_alert_closes_when_the_campaign_goes_on(paused: Campaign) -> None:
    campaign_alerts.watch_pauses()
    Campaign.objects.update(state=CampaignState.SENDING, pause_reason="")
    campaign_alerts.watch_pauses()
    assert Alert.objects.get().closed_at
