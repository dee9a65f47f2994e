"""What the gateway holds for later, and who has opted out until then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import AuditEntry, Connection
from contacts.models import OptOut
from messaging.models import Message
from messaging.options import SmsOptions
from messaging.services import campaigns, held
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import phones, send

(NUMBER,) = phones(1)


@pytest.fixture
def later(fast: Connection, sandbox: SandboxAccount) -> Message:
    """A message that the gateway is to send tomorrow."""
    cache.clear()
    campaigns.send_single(
        workspace=fast.workspace,
        actor=None,
        recipient=NUMBER,
        text="See you",
        options=SmsOptions(deliver_at=timezone.now() + timedelta(days=1)),
    )
    send(fast)
    message = Message.objects.get()
    assert message.state == "accepted"
    return message


def opt_out(message: Message, channel: str = "") -> None:
    OptOut.objects.create(
        workspace=message.workspace, phone=NUMBER, channel=channel, source="reply"
    )


@pytest.mark.parametrize("channel", ["", "sms"])
def test_held_message_is_taken_back_from_who_has_opted_out(
    later: Message, channel: str
) -> None:
    opt_out(later, channel)
    assert held.take_back_from_opted_out() == 1
    later.refresh_from_db()
    assert later.state == "cancelled"
    assert AuditEntry.objects.filter(action="message.withdraw").count() == 1
    assert held.take_back_from_opted_out() == 0


def test_held_message_stays_without_an_opt_out(later: Message) -> None:
    opt_out(later, "voice")
    assert held.take_back_from_opted_out() == 0
    later.refresh_from_db()
    assert later.state == "accepted"


def test_gateway_that_does_not_answer_is_asked_again(
    later: Message, sandbox: SandboxAccount
) -> None:
    opt_out(later)
    sandbox.ask("faults", scope="all", next=["503"])
    assert held.take_back_from_opted_out() == 0
    assert held.take_back_from_opted_out() == 1
