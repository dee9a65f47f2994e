"""Calls of a campaign whose keys mean something, and calls to us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from messaging.models import CallKeys, Campaign, IncomingCall, Message
from tests.fixtures import ClientAs

NOW = timezone.now()
AddCall = Callable[..., Message]
AddIncoming = Callable[..., IncomingCall]


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


@pytest.fixture
def calls(workspace: Workspace) -> Campaign:
    """Return a finished campaign of calls: 1 confirms, 2 cancels."""
    return Campaign.objects.create(
        workspace=workspace,
        name="Reminder",
        channel="voice",
        text="Press 1 to confirm, 2 to cancel.",
        state="finished",
        finished_at=NOW,
        options={"keys": {"1": "confirm", "2": "cancel"}},
    )


@pytest.fixture
def add_call(calls: Campaign) -> AddCall:
    """Return a function that adds a call so many minutes ago, with what was pressed."""

    def add(
        minutes: int = 0, *, digits: str = "", answer: str = "", **more: Any
    ) -> Message:
        n = Message.objects.count()
        usual: dict[str, Any] = {
            "recipient": f"+49171123{n:04}",
            "state": "delivered",
            "duration_s": 12,
            "price": Decimal("0.045"),
            "attempted_at": NOW - timedelta(minutes=minutes),
            "has_keys": bool(digits),
        }
        made = Message.objects.create(
            workspace_id=calls.workspace_id,
            campaign=calls,
            channel="voice",
            **{**usual, **more},
        )
        if digits:
            CallKeys.objects.create(
                message=made,
                workspace_id=calls.workspace_id,
                campaign=calls,
                digits=digits,
                answer=answer,
                changed_at=NOW,
            )
        return made

    return add


@pytest.fixture
def add_incoming(workspace: Workspace) -> AddIncoming:
    """Return a function that adds a call to us so many minutes ago."""

    def add(minutes: int = 0, **more: Any) -> IncomingCall:
        n = IncomingCall.objects.count()
        usual: dict[str, Any] = {
            "gateway_id": str(n),
            "caller": f"+49172555{n:04}",
            "recipient": "+491771783130",
            "called_at": NOW - timedelta(minutes=minutes),
        }
        return IncomingCall.objects.create(workspace=workspace, **{**usual, **more})

    return add
