from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from accounts.services import connections
from contacts.models import OptOut
from messaging.foreign_ids import ForeignId
from messaging.models import Campaign, InboundMessage, Message, WebhookEvent
from messaging.services import event_rows, reports
from messaging.states import MessageState
from tests.messaging.engine.conftest import assert_totals_equal_rows
from tests.messaging.webhooks.conftest import Post, event


@pytest.fixture
def message(workspace: Workspace, connection: Connection) -> Message:
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    message = Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        recipient="+4915112345000",
        state="accepted",
        gateway_id="77000000001",
    )
    message.foreign_id = str(ForeignId(campaign.pk, message.pk, 1))
    message.save()
    return message


def dlr(status: str, **more: object) -> dict[str, object]:
    return event("dlr", **{"msg_id": "77000000001", "status": status, **more})


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("TRANSMITTED", MessageState.TRANSMITTED),
        ("BUFFERED", MessageState.BUFFERED),
        ("DELIVERED", MessageState.DELIVERED),
        ("NOTDELIVERED", MessageState.UNDELIVERED),
        ("REJECTED", MessageState.UNDELIVERED),
        ("FAILED", MessageState.UNDELIVERED),
        ("EXPIRED", MessageState.EXPIRED),
        ("ACCEPTED", MessageState.ACCEPTED),
        ("UNKNOWN", MessageState.ACCEPTED),
    ],
)
def test_each_word_of_the_gateway_has_a_state(
    post: Post, message: Message, word: str, state: str
) -> None:
    post(dlr(word))
    reports.apply_pending()
    assert state_of(message) == state
    # What moves a row is kept in the gateway's own word.
    assert message.report_word == ("" if state == MessageState.ACCEPTED else word)
    assert_totals_equal_rows(message.campaign)


def test_report_never_moves_back(post: Post, message: Message) -> None:
    for word in ("TRANSMITTED", "BUFFERED"):
        post(dlr(word))
        reports.apply_pending()
    assert state_of(message) == MessageState.TRANSMITTED


def test_final_is_final(post: Post, message: Message) -> None:
    for word in ("DELIVERED", "NOTDELIVERED", "TRANSMITTED"):
        post(dlr(word))
    reports.apply_pending()
    assert state_of(message) == MessageState.DELIVERED


@pytest.mark.parametrize("state", ["queued", "sending", "unclear"])
def test_report_before_the_answer_proves_acceptance(
    post: Post, message: Message, state: str
) -> None:
    Message.objects.update(state=state, gateway_id="")
    post(dlr("DELIVERED", foreign_id=message.foreign_id))
    reports.apply_pending()
    assert state_of(message) == MessageState.DELIVERED
    assert message.gateway_id == "77000000001"
    assert message.sent_on is not None


def test_report_without_a_message_waits_and_is_matched(
    post: Post, message: Message
) -> None:
    Message.objects.update(gateway_id="")
    post(dlr("DELIVERED"))
    reports.apply_pending()
    assert WebhookEvent.objects.get().state == "unmatched"
    Message.objects.update(gateway_id="77000000001")
    WebhookEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    reports.apply_pending()
    assert state_of(message) == MessageState.DELIVERED


def test_report_of_nobody_is_given_up_in_the_end(post: Post) -> None:
    post(dlr("DELIVERED"))
    for _ in range(len(event_rows.PAUSES_S) + 1):
        WebhookEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        reports.apply_pending()
    assert WebhookEvent.objects.get().state == "ignored"


def test_report_reaches_no_other_workspace(
    post: Post, message: Message, other_workspace: Workspace
) -> None:
    Message.objects.update(workspace=other_workspace)
    post(dlr("DELIVERED", foreign_id=message.foreign_id))
    reports.apply_pending()
    assert state_of(message) == "accepted"


def test_bad_event_blocks_no_other(post: Post, message: Message) -> None:
    post(b"\xff\xfe not an event")
    post(event("nonsense", id="1"))
    post(dlr("DELIVERED"))
    reports.apply_pending()
    assert state_of(message) == MessageState.DELIVERED
    found = sorted(WebhookEvent.objects.values_list("state", flat=True))
    assert found == ["applied", "failed", "ignored"]


def mo(
    text: str, *, number: str = "4915112345000", **more: object
) -> dict[str, object]:
    return event(
        "sms_mo",
        **{
            "id": "681590",
            "sender": number,
            "system": "4915792",
            "time": "1764000000",
            "text": text,
            **more,
        },
    )


def test_reply_is_kept_once(post: Post, message: Message) -> None:
    post(mo("Thank you"))
    post(mo("Thank you", extra="1"))
    reports.apply_pending()
    inbound = InboundMessage.objects.get()
    assert (inbound.sender, inbound.text) == ("+4915112345000", "Thank you")
    assert OptOut.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["STOP", " stop. ", "„Stopp!“", "Abmelden", "ARRÊT", "İPTAL"]
)
def test_stop_opts_out_at_once(post: Post, workspace: Workspace, text: str) -> None:
    post(mo(text))
    reports.apply_pending()
    assert OptOut.objects.get().phone == "+4915112345000"
    assert InboundMessage.objects.get().is_opt_out


@pytest.mark.parametrize("text", ["don't stop", "stop by tomorrow", "", "ok"])
def test_other_words_opt_nobody_out(
    post: Post, workspace: Workspace, text: str
) -> None:
    post(mo(text))
    reports.apply_pending()
    assert OptOut.objects.count() == 0


def test_call_status_settles_a_call(post: Post, message: Message) -> None:
    Message.objects.update(channel="voice", gateway_id="1038703")
    post(event("voice_status", id="1038703", status="completed", duration="8"))
    reports.apply_pending()
    assert state_of(message) == MessageState.DELIVERED
    assert Message.objects.get(pk=message.pk).duration_s == 8


def test_stop_is_not_lost_when_the_connection_is_deleted(
    post: Post, workspace: Workspace, connection: Connection, owner: User
) -> None:
    told = {"id": "681590", "sender": "491771234567", "text": "STOP"}
    post(event("sms_mo", **told, time="1605878104"))
    connections.disconnect(connection=connection, actor=owner)
    reports.apply_pending()
    assert OptOut.objects.filter(workspace=workspace, phone="+491771234567").exists()


def test_report_holds_when_the_connection_is_deleted(
    post: Post, message: Message, connection: Connection, owner: User
) -> None:
    post(dlr("DELIVERED"))
    connections.disconnect(connection=connection, actor=owner)
    reports.apply_pending()
    assert state_of(message) == MessageState.DELIVERED
