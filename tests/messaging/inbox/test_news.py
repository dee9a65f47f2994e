"""An open page learns what is new, and gets nothing while nothing is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from messaging import presence
from messaging.models import Conversation, ConversationEntry, Message
from messaging.services import conversations
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.inbox.conftest import BEN, WriteIn
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, words

pytestmark = pytest.mark.usefixtures("connected")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def found(write_in: WriteIn) -> Conversation:
    return write_in("Open today?")


def open_page(browser: Client, found: Conversation | None = None) -> str:
    """Return the address that the page asks for news."""
    address = reverse("messaging:inbox")
    if found is not None:
        address = reverse("messaging:conversation", args=[found.uuid])
        # The first look marks it as read.
        browser.get(address)
    return poll_of(browser.get(address))


def poll_of(response: Any) -> str:
    poll = soup(response).select_one("#inbox-news")
    assert poll is not None
    return str(poll["hx-get"])


def test_nothing_is_sent_while_nothing_is_new(
    browser: Client, found: Conversation
) -> None:
    for page in (found, None):
        address = open_page(browser, page)
        answer = browser.get(address, headers=HTMX)
        assert (answer.status_code, answer.content) == (204, b"")


def test_new_message_comes_into_list_and_conversation(
    browser: Client, found: Conversation, write_in: WriteIn
) -> None:
    address = open_page(browser, found)
    write_in("Hello?")
    news = browser.get(address, headers=HTMX)
    assert words(news, "[hx-swap-oob='beforeend:#thread'] .bubble") == "Hello?"
    assert "Hello?" in words(news, "#inbox-list")
    assert browser.get(poll_of(news), headers=HTMX).status_code == 204
    found.refresh_from_db()
    assert found.unread == 0


def test_other_conversation_leaves_the_open_one_alone(
    browser: Client, found: Conversation, write_in: WriteIn
) -> None:
    address = open_page(browser, found)
    write_in("Me too", BEN)
    news = browser.get(address, headers=HTMX)
    assert "Me too" in words(news, "#inbox-list")
    assert words(news, "#side-count-inbox") == "1 unread"
    assert not soup(news).select("#talk-head, #talk-writing, .bubble")


def test_delivery_is_seen_without_a_reload(
    browser: Client, found: Conversation, add_messages: AddMessages
) -> None:
    [sent] = add_messages(MessageState.ACCEPTED, recipient=found.number, text="Yes")
    address = open_page(browser, found)
    Message.objects.filter(pk=sent.pk).update(state="delivered")
    news = browser.get(address, headers=HTMX)
    assert "Delivered" in words(news, f"#line-message-{sent.pk}[hx-swap-oob]")


def test_assignment_and_writing_of_others_are_seen(
    browser: Client, found: Conversation, owner: User, sender_member: User
) -> None:
    address = open_page(browser, found)
    conversations.assign(conversation=found, actor=sender_member, to=sender_member)
    presence.note_answering(found.pk, sender_member.pk)
    presence.note_answering(found.pk, owner.pk)
    news = browser.get(address, headers=HTMX)
    assert sender_member.display_name in words(news, "#talk-head")
    shown = words(news, "#talk-writing")
    assert shown == f"{sender_member.display_name} is answering"


def test_changed_note_is_seen_without_a_reload(
    browser: Client, found: Conversation, sender_member: User
) -> None:
    conversations.add_note(conversation=found, actor=sender_member, text="Bakc soon")
    address = open_page(browser, found)
    note = ConversationEntry.objects.get()
    conversations.edit_note(note=note, actor=sender_member, text="Back soon")
    news = browser.get(address, headers=HTMX)
    assert "Back soon" in words(news, f"#line-act-{note.pk}[hx-swap-oob] .note")


@pytest.mark.parametrize("seen", ["", "x", "a.b.c.d.e", "a.b.c.d.9-x-1", "." * 9])
def test_made_up_marks_get_everything_and_no_error(
    seen: str, browser: Client, found: Conversation
) -> None:
    address = reverse("messaging:inbox_news")
    query = {"seen": seen, "c": str(found.uuid)}
    assert browser.get(address, query, headers=HTMX).status_code == 200


def test_conversation_of_another_workspace_is_not_told(
    found: Conversation, stranger: User, client_as: ClientAs
) -> None:
    query = {"seen": "", "c": str(found.uuid)}
    news = client_as(stranger).get(reverse("messaging:inbox_news"), query)
    assert not re.search(r"Open today|line-", news.content.decode())


def test_opened_by_a_click_only_the_pane_is_sent(
    browser: Client, found: Conversation
) -> None:
    address = reverse("messaging:conversation", args=[found.uuid])
    pane = browser.get(address, headers={**HTMX, "HX-Target": "talk"})
    assert not soup(pane).select("html, nav")
    assert soup(pane).select(f"#inbox-news, #c-{found.uuid}[hx-swap-oob]")
    assert "Open today?" in words(pane, "#thread")
