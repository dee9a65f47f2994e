"""Who calls us stands in the inbox, among what is written."""

from __future__ import annotations

import json
import time
from importlib import import_module

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, OwnNumber, User, Workspace
from messaging.models import Conversation, IncomingCall
from messaging.selectors import threads
from messaging.services import conversations, incoming_calls
from seven_dashboard.gateway import events
from tests.fixtures import ClientAs
from tests.messaging.inbox.conftest import ANNA, OWN, WriteIn
from tests.messaging.inbox.test_news import HTMX, open_page
from tests.messaging.pages.shown import soup, words

pytestmark = pytest.mark.usefixtures("connected")


def call_in(workspace: Workspace, number: str = ANNA, *, age_s: int = 0) -> None:
    """Have the gateway tell of a call from a number."""
    now = round(time.time()) - age_s
    data = {"id": 7, "caller": number.lstrip("+"), "system": OWN, "time": now}
    body = json.dumps({"webhook_event": "voice_call", "data": data}).encode()
    told = events.parse(content_type="application/json", body=body, query="")
    at = told.occurred_at
    assert at is not None
    incoming_calls.keep(workspace=workspace, event=told, received_at=at)


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def test_call_opens_its_conversation_once(workspace: Workspace) -> None:
    for _again in range(2):
        call_in(workspace)
    found = Conversation.objects.get(number=ANNA)
    assert (found.state, found.unread, found.said_kind) == ("open", 1, "call")
    assert (found.channel, found.own_number) == ("voice", OWN)


def test_call_brings_a_closed_conversation_back(
    workspace: Workspace, write_in: WriteIn, owner: User
) -> None:
    conversations.close(conversation=write_in("Hello", age_s=60), actor=owner)
    call_in(workspace)
    found = Conversation.objects.get()
    assert (found.state, found.unread, found.said) == ("open", 1, "")


def test_late_call_leaves_newer_words_in_sight(
    workspace: Workspace, write_in: WriteIn
) -> None:
    write_in("I called you")
    call_in(workspace, age_s=600)
    found = Conversation.objects.get()
    assert (found.said, found.unread, found.channel) == ("I called you", 2, "sms")


@pytest.mark.parametrize("caller", ["", "anonymous"])
def test_withheld_number_has_no_conversation(caller: str, workspace: Workspace) -> None:
    call_in(workspace, caller)
    assert IncomingCall.objects.get().caller == caller
    assert not Conversation.objects.exists()


def test_call_stands_among_what_was_written(
    workspace: Workspace, write_in: WriteIn, browser: Client
) -> None:
    found = write_in("Hello", age_s=60)
    call_in(workspace)
    IncomingCall.objects.update(digits="1#", duration_s=61)
    page = browser.get(reverse("messaging:conversation", args=[found.uuid]))
    assert "Called +49 177 1783130" in words(page, "#thread .called")
    assert [key.text for key in soup(page).select("#thread kbd")] == ["1", "#"]
    assert "A call" in words(page, "#inbox-list")


@pytest.mark.parametrize("has_sms", [True, False])
def test_caller_is_answered_from_the_number_called_if_it_can_text(
    has_sms: bool, workspace: Workspace, connected: Connection
) -> None:
    OwnNumber.objects.create(
        connection=connected, number=OWN, has_sms=has_sms, seen_at=timezone.now()
    )
    call_in(workspace)
    ways = threads.ways(Conversation.objects.get())
    assert [way.sender for way in ways] == ([OWN, ""] if has_sms else [""])


def test_end_of_a_call_is_seen_without_a_reload(
    workspace: Workspace, browser: Client
) -> None:
    call_in(workspace)
    address = open_page(browser, Conversation.objects.get())
    call = IncomingCall.objects.get()
    IncomingCall.objects.update(state="delivered", duration_s=61)
    news = browser.get(address, headers=HTMX)
    assert "Answered" in words(news, f"#line-call-{call.pk}[hx-swap-oob]")


def test_who_called_before_gets_a_conversation_that_waits_for_nobody(
    workspace: Workspace,
) -> None:
    call_in(workspace, age_s=60)
    kept = Conversation.objects.get()
    Conversation.objects.all().delete()
    migration = import_module("messaging.migrations.0025_calls_in_the_inbox")
    for _again in range(2):
        with database.cursor() as cursor:
            cursor.execute(migration.FILL)
    found = Conversation.objects.get()
    assert (found.state, found.unread) == ("closed", 0)
    facts = ("number", "channel", "own_number", "said_kind", "said_at")
    assert [getattr(found, n) for n in facts] == [getattr(kept, n) for n in facts]
