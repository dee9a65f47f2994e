from __future__ import annotations

import pytest
from django.utils import timezone

from accounts import alert_words
from accounts.models import Alert, Connection, PriceChange, Workspace
from messaging.models import Campaign, Message
from messaging.selectors import days
from messaging.services import campaign_alerts
from messaging.states import CampaignState, MessageState


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


def test_pause_for_another_reason_is_another_alert(paused: Campaign) -> None:
    campaign_alerts.watch_pauses()
    Campaign.objects.update(pause_reason="900")
    assert campaign_alerts.watch_pauses() == 1
    assert Alert.objects.filter(closed_at=None).count() == 1


@pytest.fixture
def dearer(connection: Connection, paused: Campaign) -> PriceChange:
    """A price that went up where a campaign went."""
    Message.objects.create(
        workspace=connection.workspace,
        campaign=paused,
        recipient="+491711234567",
        country="DE",
        state=MessageState.DELIVERED,
        parts=1,
        sent_on=days.today(connection.workspace),
    )
    return PriceChange.objects.create(
        connection=connection,
        country="DE",
        country_name="Germany",
        prefix="49",
        before="0.07",
        amount="0.08",
        changed_at=timezone.now(),
    )


def test_changed_price_where_campaigns_went_is_told_once(dearer: PriceChange) -> None:
    assert [campaign_alerts.watch_prices() for _ in range(2)] == [1, 0]
    words = alert_words.write(Alert.objects.get(kind=Alert.Kind.PRICE))
    assert words.title == "The price for Germany has changed"
    assert "0.07" in words.text and "0.08" in words.text


def test_changed_price_of_another_country_is_none(dearer: PriceChange) -> None:
    PriceChange.objects.update(country="FR", country_name="France")
    assert campaign_alerts.watch_prices() == 0


def test_price_that_changes_again_is_told_again(dearer: PriceChange) -> None:
    campaign_alerts.watch_prices()
    dearer.pk, dearer.before, dearer.amount = None, dearer.amount, "0.09"
    dearer.save()
    assert campaign_alerts.watch_prices() == 1
