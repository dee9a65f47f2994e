from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import Workspace
from messaging.models import InboundMessage
from messaging.services import inbound
from messaging.services.inbound import Received

NUMBER = "+491711234567"
OURS = "4915799999999"
Say = Callable[..., InboundMessage]


@pytest.fixture
def say(workspace: Workspace) -> Say:
    """Return what receives a message from NUMBER; ``at`` is when it was written."""

    def receive(
        text: str, *, at: datetime | None = None, sender: str = NUMBER
    ) -> InboundMessage:
        count = InboundMessage.objects.count()
        received = Received(
            gateway_id=str(1000 + count),
            sender=sender,
            recipient=OURS,
            text=text,
            at=at or timezone.now(),
        )
        inbound.keep(workspace=workspace, received=received)
        return InboundMessage.objects.get(gateway_id=str(1000 + count))

    return receive
