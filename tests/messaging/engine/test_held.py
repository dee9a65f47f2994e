"""What the gateway holds for later, and who has opted out until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import AuditEntry, Connection, Workspace
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
    message = Message.objects.get(workspace=fast.workspace)
    assert message.state == "accepted"
    return message


@pytest.fixture
def of_silent(other_workspace: Workspace, sandbox: SandboxAccount) -> Message:
    """A message of a workspace whose gateway does not answer, to go out before."""
    silent = replace(sandbox, api_key=f"{sandbox.api_key}-2")
    silent.ask("faults", scope="all", next=["503"])
    Connection.objects.create(workspace=other_workspace, api_key=silent.api_key)
    campaign = campaigns.send_single(
        workspace=other_workspace,
        actor=None,
        recipient=NUMBER,
        text="See you earlier",
        options=SmsOptions(deliver_at=timezone.now() + timedelta(hours=1)),
    )
    campaign.messages.update(state="accepted", gateway_id="77000000001")
    return Message.objects.select_related("workspace").get(campaign=campaign)


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


def test_message_whose_time_is_over_asks_before_it_goes(
    fast: Connection, sandbox: SandboxAccount
) -> None:
    single = campaigns.send_single(
        workspace=fast.workspace,
        actor=None,
        recipient=NUMBER,
        text="See you at six",
        options=SmsOptions(deliver_at=timezone.now() - timedelta(minutes=61)),
    )
    send(fast)
    single.refresh_from_db()
    assert (single.state, single.pause_reason) == ("paused", "past")
    assert sandbox.ask("handsets")["total"] == 0
    campaigns.resume(campaign_id=single.pk, actor=None)
    send(fast)
    assert sandbox.ask("handsets")["total"] == 1


def test_held_message_stays_without_an_opt_out(later: Message) -> None:
    opt_out(later, "voice")
    assert held.take_back_from_opted_out() == 0
    later.refresh_from_db()
    assert later.state == "accepted"


def test_workspace_whose_gateway_is_silent_keeps_no_other_waiting(
    of_silent: Message, later: Message
) -> None:
    for message in (of_silent, later):
        opt_out(message)
    assert held.take_back_from_opted_out() == 1
    later.refresh_from_db()
    assert later.state == "cancelled"


def test_gateway_that_does_not_answer_is_asked_again(
    later: Message, sandbox: SandboxAccount
) -> None:
    opt_out(later)
    sandbox.ask("faults", scope="all", next=["503"])
    assert held.take_back_from_opted_out() == 0
    assert held.take_back_from_opted_out() == 1
