"""What people do with a message becomes one row for each time, however it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, Workspace
from messaging.models import Campaign, InboundMessage, Message, Reaction, WebhookEvent
from messaging.services import reports
from messaging.states import MessageState
from tests.messaging.webhooks.conftest import Post, event

SENDER = "4915112345000"


@pytest.fixture
def message(workspace: Workspace, connection: Connection) -> Message:
    return add_message(workspace, "Spring", minutes=10, gateway_id="77000000001")


def add_message(
    workspace: Workspace, name: str, *, minutes: float, gateway_id: str = ""
) -> Message:
    campaign = Campaign.objects.create(workspace=workspace, name=name, state="sending")
    return Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        recipient=f"+{SENDER}",
        state="accepted",
        gateway_id=gateway_id,
        attempted_at=timezone.now() - timedelta(minutes=minutes),
    )


def click(total: int, **more: object) -> dict[str, object]:
    usual = {
        "type": "click",
        "sms_id": "77000000001",
        "final_url": "https://shop.example/a",
        "tracking_url": "https://svn.me/a",
        "total_clicks": total,
        "total_views": 0,
    }
    return event("tracking", **{**usual, **more})


def tell(post: Post, *events: dict[str, object]) -> None:
    for one in events:
        post(one)
    reports.apply_pending()


def test_click_is_a_row_of_its_campaign(post: Post, message: Message) -> None:
    tell(post, click(1))
    row = Reaction.objects.get()
    assert (row.message, row.campaign) == (message, message.campaign)
    assert (row.kind, row.url) == ("click", "https://shop.example/a")


@pytest.mark.parametrize("order", [(1, 2, 2), (2, 1, 2), (2, 2, 1)])
def test_told_twice_and_shuffled_is_counted_once(
    post: Post, message: Message, order: tuple[int, ...]
) -> None:
    for n, total in enumerate(order):
        # Another body each time, as of a repeat with a new timestamp.
        tell(post, {**click(total), "webhook_timestamp": f"2026-11-23 08:08:0{n}"})
    assert sorted(Reaction.objects.values_list("serial", flat=True)) == [1, 2]


def test_links_of_a_message_are_counted_apart(post: Post, message: Message) -> None:
    tell(post, click(1), click(1, tracking_url="https://svn.me/b"))
    assert Reaction.objects.count() == 2


def test_click_before_the_answer_waits_for_it(post: Post, message: Message) -> None:
    Message.objects.update(gateway_id="")
    tell(post, click(1))
    assert not Reaction.objects.exists()
    Message.objects.update(gateway_id="77000000001")
    WebhookEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    reports.apply_pending()
    assert Reaction.objects.get().message == message


def test_click_reaches_no_other_workspace(
    post: Post, message: Message, other_workspace: Workspace
) -> None:
    Message.objects.update(workspace=other_workspace)
    tell(post, click(1))
    assert not Reaction.objects.exists()


def test_read_is_a_report_and_a_reaction(post: Post, message: Message) -> None:
    Message.objects.update(channel="rcs")
    tell(post, event("rcs_dlr", msg_id="77000000001", status="READ"))
    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED
    assert Reaction.objects.get().kind == "read"


def test_read_without_a_message_waits_once(post: Post, connection: Connection) -> None:
    tell(post, event("rcs_dlr", msg_id="1", status="READ"))
    found = WebhookEvent.objects.get()
    assert (found.state, found.tries) == ("unmatched", 1)


def reply(text: str = "Thanks", at: float | None = None) -> dict[str, object]:
    moment = timezone.now().timestamp() if at is None else at
    return event("sms_mo", id="6815", sender=SENDER, text=text, time=str(round(moment)))


def test_reply_belongs_to_the_last_message(
    post: Post, message: Message, workspace: Workspace
) -> None:
    later = add_message(workspace, "Summer", minutes=5)
    tell(post, reply())
    found = InboundMessage.objects.get()
    assert (found.answers, found.campaign) == (later, later.campaign)


def test_reply_is_no_answer_to_what_came_after_it(post: Post, message: Message) -> None:
    tell(post, reply(at=(timezone.now() - timedelta(minutes=30)).timestamp()))
    assert InboundMessage.objects.get().campaign is None


def test_reply_after_the_window_is_no_answer(post: Post, message: Message) -> None:
    Message.objects.update(attempted_at=timezone.now() - timedelta(days=8))
    tell(post, reply())
    assert InboundMessage.objects.get().campaign is None


def test_reply_is_no_answer_to_what_was_never_sent(
    post: Post, message: Message
) -> None:
    Message.objects.update(state="refused")
    tell(post, reply())
    assert InboundMessage.objects.get().campaign is None
