"""A bakery that people write to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import Workspace
from messaging.models import Conversation
from messaging.services import inbound
from messaging.services.inbound import Received
from tests.messaging.pages.conftest import (
    add_contact,
    add_messages,
    campaign,
    connected,
    contact,
    draft,
    empty_cache,
    group,
)

__all__ = [
    "add_contact",
    "add_messages",
    "campaign",
    "connected",
    "contact",
    "draft",
    "empty_cache",
    "group",
]
ANNA, BEN = "+491711234567", "+491711234568"
OWN = "491771783130"
WriteIn = Callable[..., Conversation]


@pytest.fixture
def write_in(workspace: Workspace) -> WriteIn:
    """Return a function that lets somebody write to us; it gives the conversation."""
    ids = count(1000)

    def write(
        text: str = "Hello", number: str = ANNA, *, age_s: float = 0, **more: object
    ) -> Conversation:
        values: dict[str, object] = {
            "gateway_id": str(next(ids)),
            "sender": number.lstrip("+"),
            "recipient": OWN,
            "text": text,
            "at": timezone.now() - timedelta(seconds=age_s),
        }
        received = Received(**{**values, **more})  # type: ignore[arg-type]
        inbound.keep(workspace=workspace, received=received)
        return Conversation.objects.get(workspace=workspace, number=number)

    return write
