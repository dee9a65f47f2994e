"""A draft before it is sent, and what is known of its recipients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import NumberFact
from messaging.models import Campaign, ListedNumber, Message, NumberList
from messaging.states import CampaignState, MessageState
from tests.fixtures import ClientAs

SECOND = "+491711234568"


Know = Callable[..., NumberFact]


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def know(workspace: Workspace) -> Know:
    def known(phone: str, **facts: Any) -> NumberFact:
        now = timezone.now()
        times = {"format_at": now, "hlr_at": now}
        return NumberFact.objects.create(
            workspace=workspace, phone=phone, **times, **facts
        )

    return known


@pytest.fixture
def listed(draft: Campaign) -> ListedNumber:
    numbers = NumberList.objects.create(
        campaign=draft,
        workspace=draft.workspace,
        source=NumberList.Source.PASTED,
        state=NumberList.State.FINISHED,
    )
    return ListedNumber.objects.create(source=numbers, phone=SECOND, country="DE")


def page(browser: Client, draft: Campaign, query: str = "") -> Any:
    return browser.get(reverse("messaging:campaign_check", args=[draft.pk]) + query)


def messaged(draft: Campaign, phone: str, *, hours_ago: float = 0, **of: Any) -> None:
    campaign = Campaign.objects.create(
        workspace=draft.workspace,
        name="Earlier",
        state=CampaignState.SENDING,
        launched_at=timezone.now() - timedelta(hours=hours_ago),
        prepared_at=timezone.now(),
        **of,
    )
    Message.objects.create(
        workspace=draft.workspace,
        campaign=campaign,
        recipient=phone,
        state=MessageState.DELIVERED,
        attempted_at=timezone.now() - timedelta(hours=hours_ago),
    )
