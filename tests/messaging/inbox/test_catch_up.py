"""After an outage everything is there, once, whichever way it was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Workspace
from messaging.models import Conversation, InboundMessage, InboundReading
from messaging.services import listening, reports
from tests.fixtures import SandboxAccount
from tests.messaging.webhooks.conftest import Post, event, post, silent_bell

__all__ = ["post", "silent_bell"]
MANY = 130


def listen() -> int:
    InboundReading.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    return listening.listen().get("new", 0)


def write_in(sandbox: SandboxAccount, at: int) -> str:
    """Let a handset write to us; every third answers a message of ours."""
    number = f"+4915140{at % 40:06}"
    answer = sandbox.ask("inbound", **{"from": number, "text": f"Message {at}"})
    return str(answer["id"])


@pytest.mark.usefixtures("connection")
def test_outage_leaves_no_gap_and_no_double(
    sandbox: SandboxAccount, workspace: Workspace, post: Post
) -> None:
    client = sandbox.client()
    client.sms.send(to=[f"+4915140{n:06}" for n in range(0, 40, 3)], text="Hello")
    ids = [write_in(sandbox, at) for at in range(5)]
    assert listen() == 5
    # Our side is away: no webhook is taken in, and nobody reads the journals.
    ids += [write_in(sandbox, at) for at in range(5, MANY)]
    # Back again: some webhooks come as repeats, before and after the journals are read.
    told = [tell(post, ids[at], at) for at in (7, 60, 110)]
    reports.apply_pending()
    assert listen() == MANY - 5 - len(told)
    for at in (8, 60, 111):
        tell(post, ids[at], at)
    reports.apply_pending()
    assert listen() == 0
    kept = InboundMessage.objects.filter(workspace=workspace)
    assert sorted(kept.values_list("text", flat=True)) == sorted(
        f"Message {at}" for at in range(MANY)
    )
    conversations = Conversation.objects.filter(workspace=workspace)
    assert conversations.count() == 40
    assert sum(conversations.values_list("unread", flat=True)) == MANY


def tell(post: Post, gateway_id: str, at: int) -> object:
    data = {"id": gateway_id, "sender": f"4915140{at % 40:06}", "text": f"Message {at}"}
    now = round(timezone.now().timestamp())
    return post(event("sms_mo", **data, system="491771783130", time=str(now)))
