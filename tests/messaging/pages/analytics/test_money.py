"""What the month will cost, and how that is known."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Connection
from messaging.models import Campaign
from messaging.periods import Period
from messaging.selectors import commitments
from messaging.states import CampaignState, MessageState
from tests.messaging.pages.analytics.conftest import EURO, counted
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, stat, words


def plan(draft: Campaign, **fields: Any) -> None:
    values = {"cost_agreed": Decimal(200), "cost_foreseen": Decimal("96.30"), **fields}
    Campaign.objects.filter(pk=draft.pk).update(
        state=CampaignState.SCHEDULED, starts_at=timezone.now(), **values
    )


def test_month_is_foreseen_and_the_way_is_told(
    browser: Client, connected: Connection, today: date
) -> None:
    for ago in range(1, 60):
        counted(connected, today - timedelta(days=ago), cost=10)
    page = browser.get("/analytics/money/")
    days_of_month = soup(page).select("#month tbody tr")
    assert stat(page, "Expected by its end") == f"{len(days_of_month)}0.00{EURO}"
    assert "what the same weekday cost on average" in words(page)
    assert stat(page, "Lasts") == "5 days"


def test_planned_campaign_is_expected_and_named_apart(
    browser: Client, connected: Connection, draft: Campaign, today: date
) -> None:
    for ago in range(1, 60):
        counted(connected, today - timedelta(days=ago), cost=10)
    plan(draft)
    page = browser.get("/analytics/money/")
    usual = 10 * len(soup(page).select("#month tbody tr"))
    assert stat(page, "Campaigns to come") == f"96.30{EURO}"
    assert stat(page, "Expected by its end") == f"{usual + 86}.30{EURO}"
    assert f"86.30{EURO} of what is expected".replace("\xa0", " ") in words(page)
    assert "Autumn offer" in words(page, "#to-come tbody")
    assert "50.00 € not enough for the campaigns to come" in words(page, ".stats")


def test_planned_campaign_counts_what_it_will_probably_cost_day_by_day(
    browser: Client, connected: Connection, draft: Campaign
) -> None:
    plan(draft, cost_expected=Decimal(60), spread_minutes=3 * 24 * 60)
    page = browser.get("/analytics/money/")
    assert stat(page, "Campaigns to come") == f"60.00{EURO}"
    assert "about 60.00 € 96.30 €" in words(page, "#to-come tbody")
    # By a clock that never changes; the workspace may be on another day.
    today = timezone.now().date()
    rest = Period(today, today + timedelta(days=5))
    costs = commitments.by_day(commitments.of_month(draft.workspace, rest, UTC))
    assert float(sum(costs.values())) == pytest.approx(60)
    assert float(costs[today + timedelta(days=2)]) == pytest.approx(20, rel=0.01)


def test_what_a_day_that_is_over_would_have_cost_is_not_lost(draft: Campaign) -> None:
    plan(draft, cost_expected=Decimal(60), spread_minutes=3 * 24 * 60)
    today = timezone.now().date()
    later = Period(today + timedelta(days=1), today + timedelta(days=5))
    costs = commitments.by_day(commitments.of_month(draft.workspace, later, UTC))
    assert float(sum(costs.values())) == pytest.approx(60)


def test_what_sending_stops_at_bounds_what_is_expected(
    draft: Campaign, today: date
) -> None:
    plan(draft, cost_expected=Decimal(90), cost_agreed=Decimal(40))
    (found,) = commitments.of_month(draft.workspace, Period(today, today), UTC)
    assert (found.expected, found.most) == (Decimal(40), Decimal(40))


def test_campaign_under_way_is_to_come_with_what_it_has_not_spent(
    browser: Client, connected: Connection, add_messages: AddMessages
) -> None:
    add_messages(MessageState.DELIVERED, 4)
    page = browser.get("/analytics/money/")
    shown = words(page, "#to-come tbody")
    assert shown == "Winter card under way about 9.70 € 9.70 €"


def test_few_days_give_no_forecast(
    browser: Client, connected: Connection, today: date
) -> None:
    counted(connected, today - timedelta(days=1), cost=10)
    assert "A forecast needs a week" in words(browser.get("/analytics/money/"))
