"""What people press during a call: stored once, in order, and what it answers."""

from __future__ import annotations

import pytest

from accounts.models import Connection, User, Workspace
from contacts.models import Contact
from messaging import keys
from messaging.foreign_ids import ForeignId
from messaging.models import (
    CallKeys,
    Campaign,
    IncomingCall,
    KeyPress,
    Message,
    WebhookEvent,
)
from messaging.services import drafts, reports
from tests.messaging.webhooks.conftest import Post, event

# Seconds since 1970, as the gateway tells when something happened.
T = 1614961009
MEANINGS = {"1": "confirm", "2": "cancel"}


@pytest.fixture
def call(workspace: Workspace, connection: Connection) -> Message:
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="X",
        channel="voice",
        state="sending",
        options={"keys": MEANINGS},
    )
    message = Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        channel="voice",
        recipient="+4915112345000",
        state="accepted",
        gateway_id="1038703",
    )
    message.foreign_id = str(ForeignId(campaign.pk, message.pk, 1))
    message.save()
    return message


def press(key: object, *, at: int = T, **more: object) -> dict[str, object]:
    data = {
        "id": 1038703,
        "status": "in-progress",
        "callerId": "491771783130",
        "recipient": "4915112345000",
        "duration": 3,
        "timestamp": at,
        "dtmf_digit": key,
        "system": "491771783130",
        "total_price": 0.045,
    }
    return event("voice_dtmf", **{**data, **more})


def pressed(post: Post, *events: dict[str, object], form: str = "json") -> None:
    for one in events:
        post(one, form=form)
    reports.apply_pending()


@pytest.mark.parametrize("form", ["json", "form", "get"])
def test_a_key_is_kept_in_every_form(post: Post, call: Message, form: str) -> None:
    pressed(post, press(1), form=form)
    assert CallKeys.objects.get(message=call).digits == "1"
    assert Message.objects.get(pk=call.pk).has_keys
    assert WebhookEvent.objects.get().state == "applied"


def test_keys_come_in_the_order_they_were_pressed(post: Post, call: Message) -> None:
    pressed(post, press(3, at=T + 10), press("#", at=T + 20), press(1))
    assert CallKeys.objects.get(message=call).digits == "13#"


def test_a_key_that_is_told_twice_is_one(post: Post, call: Message) -> None:
    pressed(post, press(1))
    post(press(1), form="form")
    reports.apply_pending()
    assert KeyPress.objects.count() == 1
    assert CallKeys.objects.get(message=call).digits == "1"


def test_a_later_key_of_the_same_kind_is_another(post: Post, call: Message) -> None:
    pressed(post, press(1), press(1, at=T + 1))
    assert CallKeys.objects.get(message=call).digits == "11"


def test_a_key_moves_the_call_forward(post: Post, call: Message) -> None:
    pressed(post, press(1))
    call.refresh_from_db()
    assert call.state == "transmitted"


def test_a_key_after_the_end_is_kept_and_the_end_stays(
    post: Post, call: Message
) -> None:
    Message.objects.update(state="delivered")
    pressed(post, press(2))
    call.refresh_from_db()
    assert call.state == "delivered"
    assert CallKeys.objects.get(message=call).answer == "2"


def test_a_key_before_the_answer_to_the_call_finds_it_by_our_id(
    post: Post, call: Message
) -> None:
    Message.objects.update(gateway_id="", state="sending")
    pressed(post, press(1, foreign_id=call.foreign_id))
    assert CallKeys.objects.get(message=call).answer == "1"


def test_a_key_of_another_workspace_is_not_ours(
    post: Post, call: Message, other_workspace: Workspace
) -> None:
    Message.objects.update(workspace=other_workspace)
    pressed(post, press(1))
    assert not KeyPress.objects.exists()


def test_something_that_is_no_key_is_left_out(post: Post, call: Message) -> None:
    pressed(post, press("hangup"))
    assert not KeyPress.objects.exists()


@pytest.mark.parametrize(
    ("digits", "answer"),
    [("1", "1"), ("21", "1"), ("1#", "1"), ("9", ""), ("", ""), ("12", "2")],
)
def test_the_last_key_that_means_something_counts(digits: str, answer: str) -> None:
    assert keys.answer(digits, keys.read(MEANINGS)) == answer


@pytest.mark.parametrize("kept", [None, [], {"12": "x"}, {"": "x"}, {"1": "  "}])
def test_odd_meanings_mean_nothing(kept: object) -> None:
    assert keys.read(kept) == ()


def test_a_copy_keeps_what_the_keys_mean(call: Message, owner: User) -> None:
    copy = drafts.duplicate(campaign=call.campaign, actor=owner)
    assert copy.options["keys"] == MEANINGS


def came_in(**more: object) -> dict[str, object]:
    data = {"id": 2, "caller": "4943160049851", "system": "491716958038"}
    return event("voice_call", **{**data, "time": 1614961009, **more})


def key_of_caller(key: object, *, at: int) -> dict[str, object]:
    number = "491716958038"
    more = {"id": 2, "callerId": "4943160049851", "recipient": number, "system": number}
    return press(key, at=at, **more)


@pytest.mark.parametrize("form", ["json", "form", "get"])
def test_a_call_to_us_is_kept_with_its_contact(
    post: Post, workspace: Workspace, form: str
) -> None:
    contact = Contact.objects.create(workspace=workspace, phone="+4943160049851")
    pressed(post, came_in(), form=form)
    call = IncomingCall.objects.get()
    assert (call.caller, call.recipient) == ("+4943160049851", "+491716958038")
    assert (call.contact, call.called_at.timestamp()) == (contact, 1614961009)


def test_keys_of_a_call_to_us_are_kept_whichever_comes_first(
    post: Post, connection: Connection
) -> None:
    pressed(post, key_of_caller(5, at=1614961012), came_in())
    pressed(post, key_of_caller(1, at=1614961011))
    call = IncomingCall.objects.get()
    assert (call.digits, call.called_at.timestamp()) == ("15", 1614961009)
    assert str(call.price) == "0.04500"


def test_the_end_of_a_call_to_us_is_noted(post: Post, connection: Connection) -> None:
    pressed(post, came_in())
    ended = {"id": 2, "status": "completed", "duration": "61", "pricePerMinute": 0.01}
    pressed(post, event("voice_status", **ended))
    call = IncomingCall.objects.get()
    assert (call.state, call.duration_s) == ("delivered", 61)
    assert str(call.price) == "0.02000"


def test_a_hidden_number_is_a_call_all_the_same(
    post: Post, connection: Connection
) -> None:
    pressed(post, came_in(caller=""))
    assert IncomingCall.objects.get().caller == ""
