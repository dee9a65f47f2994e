"""The row of a conversation is kept with every message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import OptOut
from contacts.services import opt_outs
from messaging.models import Conversation
from messaging.services import conversations, singles
from tests.messaging.inbox.conftest import ANNA, BEN, OWN, WriteIn


def again(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def test_first_message_opens_a_conversation(write_in: WriteIn) -> None:
    found = write_in("  Open\n today? ")
    assert (found.state, found.unread, found.said) == ("open", 1, "Open today?")
    assert (found.channel, found.own_number) == ("sms", OWN)


def test_next_message_moves_it_on(write_in: WriteIn) -> None:
    first = write_in("Hello", age_s=60)
    second = write_in("Still there?")
    assert (second.pk, second.unread, second.said) == (first.pk, 2, "Still there?")
    assert second.stands_at > first.stands_at


def test_late_message_is_unread_and_leaves_the_newest_in_sight(
    write_in: WriteIn,
) -> None:
    write_in("Newest")
    found = write_in("Long ago", age_s=7200, recipient="agent", channel="rcs")
    assert (found.said, found.unread, found.channel) == ("Newest", 2, "sms")


def test_message_dated_after_now_does_not_stay_on_top(write_in: WriteIn) -> None:
    assert write_in(age_s=-3600).stands_at <= timezone.now()


@pytest.mark.parametrize("act", ["close", "snooze"])
def test_new_message_brings_it_back(act: str, write_in: WriteIn, owner: User) -> None:
    found = write_in()
    if act == "close":
        conversations.close(conversation=found, actor=owner)
    else:
        until = timezone.now() + timedelta(hours=1)
        conversations.snooze(conversation=found, actor=owner, until=until)
    back = write_in("And now?")
    assert (back.state, back.snoozed_until, back.unread) == ("open", None, 1)


def test_stop_waits_for_no_answer(write_in: WriteIn) -> None:
    found = write_in("STOP")
    assert (found.state, found.unread, found.is_opted_out) == ("closed", 0, True)


def test_stop_leaves_an_open_conversation_open(write_in: WriteIn) -> None:
    write_in("Hello")
    found = write_in("STOP")
    assert (found.state, found.unread, found.said) == ("open", 1, "STOP")


def test_answer_stands_in_the_list(
    write_in: WriteIn, connected: Connection, owner: User
) -> None:
    found = write_in()
    singles.send(
        workspace=connected.workspace, actor=owner, recipient=ANNA, text="Yes, till 6"
    )
    said = again(found)
    assert (said.said, said.is_said_by_us) == ("Yes, till 6", True)
    assert (said.answered_by, said.unread, said.state) == (owner, 1, "open")


def test_what_we_write_first_waits_for_nobody(
    connected: Connection, owner: User
) -> None:
    singles.send(
        workspace=connected.workspace, actor=owner, recipient=BEN, text="Ready!"
    )
    found = Conversation.objects.get(number=BEN)
    assert (found.state, found.unread, found.said) == ("closed", 0, "Ready!")


def test_opt_out_from_anywhere_is_known_and_taken_back(
    write_in: WriteIn, workspace: Workspace, owner: User
) -> None:
    found = write_in()
    opt_outs.add(workspace=workspace, phone=ANNA, source=OptOut.Source.MANUAL)
    assert again(found).is_opted_out
    opt_outs.remove_all(workspace=workspace, phone=ANNA, actor=owner)
    assert not again(found).is_opted_out


def test_opt_out_of_another_workspace_says_nothing(
    write_in: WriteIn, other_workspace: Workspace
) -> None:
    found = write_in()
    opt_outs.add(workspace=other_workspace, phone=ANNA, source=OptOut.Source.MANUAL)
    assert not again(found).is_opted_out


def test_file_without_words_is_named_by_its_kind(write_in: WriteIn) -> None:
    content = {"kind": "file", "name": "a.jpg", "mime": "image/jpeg", "uri": ""}
    found = write_in("", channel="rcs", content=content, recipient="bakery")
    assert (found.said, found.said_kind, found.own_number) == ("", "file", "bakery")
