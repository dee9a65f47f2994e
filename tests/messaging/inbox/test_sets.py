"""One act for several conversations that are ticked in the list."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from messaging.models import Conversation
from messaging.selectors import threads
from tests.fixtures import ClientAs
from tests.messaging.inbox.conftest import ANNA, BEN, WriteIn
from tests.messaging.pages.shown import soup, words

pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def both(write_in: WriteIn) -> list[str]:
    return [str(write_in("Hello", number).uuid) for number in (ANNA, BEN)]


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def act(browser: Client, rows: list[str], **what: str) -> str:
    """Post an act; return what the page says that comes back."""
    address = reverse("messaging:conversation_bulk")
    page = browser.post(address, {"row": rows, **what}, follow=True)
    return words(page, "#toasts")


def facts(*names: str) -> list[tuple[object, ...]]:
    return list(Conversation.objects.order_by("pk").values_list(*names))


def test_ticked_ones_are_closed_and_opened_again(
    browser: Client, both: list[str]
) -> None:
    assert "2 conversations are closed" in act(browser, both, act="close")
    assert facts("state", "unread") == [("closed", 0)] * 2
    assert AuditEntry.objects.filter(action="conversation.close").count() == 2
    assert "That is so already" in act(browser, both, act="close")
    assert "1 conversation is open again" in act(browser, both[:1], act="reopen")
    assert facts("state") == [("open",), ("closed",)]


def test_ticked_ones_are_read_and_unread(browser: Client, both: list[str]) -> None:
    act(browser, both, act="read")
    assert facts("unread") == [(0,), (0,)]
    assert "1 conversation is marked" in act(browser, both[1:], act="unread")
    assert facts("unread") == [(0,), (1,)]


def test_ticked_ones_are_given_to_somebody_and_to_nobody(
    browser: Client, both: list[str], sender_member: User
) -> None:
    act(browser, both, to=str(sender_member.pk))
    assert facts("assigned_to") == [(sender_member.pk,)] * 2
    act(browser, both, to="")
    assert facts("assigned_to") == [(None,)] * 2


def test_who_may_not_answer_is_given_none(
    browser: Client, both: list[str], reader: User
) -> None:
    assert "Only members who may send" in act(browser, both, to=str(reader.pk))
    assert facts("assigned_to") == [(None,)] * 2


@pytest.mark.parametrize("act_word", ["close", "burn"])
def test_without_a_tick_or_an_act_nothing_is_done(
    act_word: str, browser: Client, both: list[str]
) -> None:
    rows = ["", "x"] if act_word == "close" else both
    assert "Select conversations first" in act(browser, rows, act=act_word)
    assert facts("state") == [("open",)] * 2


def test_conversations_of_another_workspace_are_left_alone(
    both: list[str], stranger: User, client_as: ClientAs
) -> None:
    act(client_as(stranger), both, act="close")
    assert facts("state") == [("open",)] * 2


def test_no_more_than_fit_are_taken(both: list[str], owner: User) -> None:
    found = Conversation.objects.first()
    assert found is not None
    ids = [str(n) for n in range(threads.MOST)] + both
    assert len(threads.chosen(found.workspace, ids)) == 2


def test_list_offers_ticks_to_who_may_send(
    browser: Client, both: list[str], reader: User, client_as: ClientAs
) -> None:
    inbox = reverse("messaging:inbox")
    shown = soup(browser.get(inbox)).select("form[data-bulk] [data-bulk-row]")
    assert {str(box["value"]) for box in shown} == set(both)
    assert not soup(client_as(reader).get(inbox)).select("[data-bulk-row], .bulk")
