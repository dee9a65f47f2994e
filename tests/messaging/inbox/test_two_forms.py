"""A number that is written in two forms has one conversation."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from contacts.models import Contact, OptOut
from messaging.models import Conversation, ConversationEntry
from messaging.selectors import people, threads
from messaging.services import conversations, inbound, singles
from messaging.services.inbound import Received

WITH_9, WITHOUT = "+5491123456789", "+541123456789"
PAIRS = [(WITH_9, WITHOUT), ("+5511977654321", "+551177654321")]
BOTH = pytest.mark.parametrize(
    ("one", "other"), [*PAIRS, *(p[::-1] for p in PAIRS)], ids=["AR", "BR"] * 2
)


def write(workspace: Workspace, number: str, text: str = "Hello") -> None:
    received = Received(
        gateway_id=f"{number}{text}"[-32:],
        sender=number.lstrip("+"),
        recipient="491771783130",
        text=text,
        at=timezone.now(),
    )
    inbound.keep(workspace=workspace, received=received)


@BOTH
def test_message_in_either_form_is_in_one_conversation(
    workspace: Workspace, one: str, other: str
) -> None:
    anna = Contact.objects.create(workspace=workspace, phone=other, country="AR")
    write(workspace, one, "First")
    write(workspace, other, "Second")
    found = Conversation.objects.get()
    assert (found.unread, found.said) == (2, "Second")
    assert len(threads.of(found).lines) == 2
    assert people.of_numbers(workspace, [one]) == {one: anna}


@BOTH
def test_answer_to_either_form_is_in_the_conversation(
    workspace: Workspace, owner: User, connected: Connection, one: str, other: str
) -> None:
    write(workspace, one)
    singles.send(workspace=workspace, actor=owner, recipient=other, text="Hi")
    found = Conversation.objects.get()
    assert (found.said, len(threads.of(found).lines)) == ("Hi", 2)


@pytest.mark.parametrize("told", ["+558599887766", "+5585999887766"])
def test_old_brazilian_form_is_heard_as_the_number_of_today(
    workspace: Workspace, told: str
) -> None:
    write(workspace, told, "STOP")
    assert Conversation.objects.get().number == "+5585999887766"
    assert OptOut.objects.get().phone == "+5585999887766"


@BOTH
def test_start_in_the_other_form_lifts_a_stop(
    workspace: Workspace, one: str, other: str
) -> None:
    write(workspace, one, "STOP")
    assert OptOut.objects.count() == 2
    write(workspace, other, "START")
    assert not OptOut.objects.exists()


def test_conversations_of_before_become_one(workspace: Workspace, owner: User) -> None:
    def made(number: str, said: str, **more: object) -> Conversation:
        now = timezone.now()
        return Conversation.objects.create(
            workspace=workspace,
            number=number,
            said=said,
            stands_at=now,
            said_at=now,
            changed_at=now,
            channel="sms",
            unread=1,
            **more,
        )

    made(WITH_9, "Older", state="closed")
    gone = made(WITHOUT, "Newer", assigned_to=owner)
    conversations.add_note(conversation=gone, actor=owner, text="Likes rye")
    made("+541123456780", "Alone")
    made("+558599887766", "Old form")
    with connection.cursor() as cursor:
        cursor.execute(
            import_module("messaging.migrations.0028_one_conversation").FORWARD
        )
    kept = Conversation.objects.get(number=WITH_9)
    assert (kept.said, kept.unread, kept.state) == ("Newer", 2, "open")
    assert kept.assigned_to == owner
    assert ConversationEntry.objects.get(text="Likes rye").conversation == kept
    rest = Conversation.objects.exclude(pk=kept.pk).order_by("number")
    assert [row.number for row in rest] == ["+541123456780", "+5585999887766"]
