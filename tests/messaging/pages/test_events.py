"""The event log in the browser."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from accounts.rights import Right
from messaging import bell
from messaging.models import (
    Campaign,
    Conversation,
    Message,
    RefusedEvent,
    WebhookEvent,
)
from messaging.selectors import event_health
from messaging.services import event_log, inbound
from messaging.services.inbound import Received
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs

GET, POST = ("get",), ("post",)
BODY = json.dumps(
    {"webhook_event": "sms_mo", "data": {"id": "7", "text": "Secret <b>words</b>"}}
).encode()


@pytest.fixture(autouse=True)
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "ring", lambda _strike: None)


@pytest.fixture
def event(workspace: Workspace) -> WebhookEvent:
    return add(workspace)


def add(workspace: Workspace, **more: object) -> WebhookEvent:
    now = timezone.now()
    values: dict[str, object] = {
        "digest": str(WebhookEvent.objects.count()),
        "nonce": "0123456789abcdef",
        "signed_at": now - timedelta(seconds=2),
        "kind": "sms_mo",
        "content_type": "application/json",
        "body": BODY,
        "state": "applied",
        "due_at": now,
        "applied_at": now,
        "subject": "7",
    }
    return WebhookEvent.objects.create(workspace=workspace, **{**values, **more})


class TestEventList(ViewAccess):
    url_name, right, methods = "messaging:event_list", Right.READ, GET


class TestEventState(ViewAccess):
    url_name, right, methods = "messaging:event_state", Right.READ, GET


class TestEventKeep(ViewAccess):
    url_name, right = "messaging:event_keep", Right.MANAGE_CONNECTION
    method, methods, data = "post", POST, {"days_kept": "90"}


class TestEventReplayFailed(ViewAccess):
    url_name, right = "messaging:event_replay_failed", Right.MANAGE_CONNECTION
    method, methods = "post", POST


class OfEvent(ObjectAccess):
    @pytest.fixture
    def arguments(self, event: WebhookEvent) -> Arguments:
        return {"event_id": event.pk}


class TestEventDetail(OfEvent):
    url_name, right, methods = "messaging:event_detail", Right.READ, GET


class TestEventReplay(OfEvent):
    url_name, right = "messaging:event_replay", Right.MANAGE_CONNECTION
    method, methods = "post", POST


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def page(browser: Client, name: str, *args: object, **query: str) -> str:
    return browser.get(reverse(name, args=args), query).content.decode()


def test_body_is_shown_to_those_who_manage_the_connection(
    browser: Client, event: WebhookEvent
) -> None:
    shown = page(browser, "messaging:event_detail", event.pk)
    assert "Secret &lt;b&gt;words" in shown


def test_body_is_hidden_from_others(
    manager: User, client_as: ClientAs, event: WebhookEvent
) -> None:
    assert "Secret" not in page(client_as(manager), "messaging:event_detail", event.pk)


def test_list_shows_no_content(browser: Client, event: WebhookEvent) -> None:
    shown = page(browser, "messaging:event_list")
    assert "Incoming SMS" in shown and "Secret" not in shown


def test_form_is_shown_a_line_a_field(browser: Client, workspace: Workspace) -> None:
    row = add(workspace, content_type="", body=b"", query="data%5Bid%5D=7&x=%C3%A4")
    shown = page(browser, "messaging:event_detail", row.pk)
    assert "data[id] = 7\nx = ä" in shown


def test_unknown_kind_is_shown_by_its_name(
    browser: Client, workspace: Workspace
) -> None:
    add(workspace, kind="fax_received", state="ignored")
    shown = page(browser, "messaging:event_list", kind="fax_received")
    assert "fax_received" in shown and "unknown kind" in shown


def test_message_that_was_moved_is_linked(
    browser: Client, workspace: Workspace
) -> None:
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    message = Message.objects.create(
        workspace=workspace, campaign=campaign, recipient="+4915112345000"
    )
    row = add(workspace, kind="dlr", message=message)
    link = reverse("messaging:message_detail", args=[campaign.pk, message.pk])
    assert link in page(browser, "messaging:event_detail", row.pk)
    message.delete()
    assert link not in page(browser, "messaging:event_detail", row.pk)


def test_conversation_of_an_incoming_message_is_linked(
    browser: Client, workspace: Workspace, event: WebhookEvent
) -> None:
    received = Received(
        gateway_id="7",
        sender="4915112345000",
        recipient="491771783130",
        text="Hello",
        at=timezone.now(),
    )
    inbound.keep(workspace=workspace, received=received)
    link = reverse("messaging:conversation", args=[Conversation.objects.get().uuid])
    assert link in page(browser, "messaging:event_detail", event.pk)


def test_replay_button_applies_it_again(browser: Client, event: WebhookEvent) -> None:
    browser.post(reverse("messaging:event_replay", args=[event.pk]))
    event.refresh_from_db()
    assert (event.state, event.replays) == ("pending", 1)


def test_failed_events_can_be_taken_up_together(
    browser: Client, workspace: Workspace
) -> None:
    address = reverse("messaging:event_replay_failed")
    add(workspace)
    assert address not in page(browser, "messaging:event_list")
    add(workspace, state="failed")
    assert address in page(browser, "messaging:event_list")


def test_time_to_keep_is_saved(browser: Client, workspace: Workspace) -> None:
    browser.post(reverse("messaging:event_keep"), {"days_kept": "365"})
    assert event_log.days_kept(Workspace.objects.get(pk=workspace.pk)) == 365


def test_other_times_are_not_offered(browser: Client, workspace: Workspace) -> None:
    browser.post(reverse("messaging:event_keep"), {"days_kept": "1"})
    assert event_log.days_kept(Workspace.objects.get(pk=workspace.pk)) == 30


def test_refused_posts_are_told_with_the_reason(
    browser: Client, connection: Connection
) -> None:
    RefusedEvent.objects.create(
        connection=connection,
        flaw="mismatch",
        method="POST",
        size_bytes=10,
        source="203.0.113.7",
    )
    shown = page(browser, "messaging:event_list")
    assert "203.0.113.7" in shown and "does not hold" in shown


NOW = timezone.now()


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("last_event", "accepted", "is_silent"),
    [
        (ago(600), [ago(120)], True),
        (None, [ago(120)], True),
        (ago(600), [ago(5)], False),
        (ago(60), [ago(120)], False),
        (ago(10), [ago(120), ago(1)], False),
        # It has been running all the while.
        (ago(60), [ago(120), ago(1)], True),
        (ago(600), [], False),
    ],
    ids=["silent", "never", "soon", "since", "fresh", "running", "nothing sent"],
)
def test_silence_is_messages_without_events(
    workspace: Workspace,
    connection: Connection,
    last_event: datetime | None,
    accepted: list[datetime],
    is_silent: bool,
) -> None:
    Connection.objects.update(last_event_at=last_event, created_at=ago(3000))
    connection.refresh_from_db()
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    for number, at in enumerate(accepted):
        Message.objects.create(
            workspace=workspace,
            campaign=campaign,
            recipient=f"+491511234500{number}",
            state="accepted",
            accepted_at=at,
        )
    assert event_health.silence(connection, now=NOW).is_silent is is_silent


def test_silence_is_said_on_the_page_of_webhooks(
    browser: Client, workspace: Workspace, connection: Connection
) -> None:
    Connection.objects.update(created_at=ago(3000))
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        recipient="+4915112345000",
        state="accepted",
        accepted_at=ago(120),
    )
    assert "no event has ever come" in page(browser, "messaging:event_state")
