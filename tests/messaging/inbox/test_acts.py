"""What the team does with a conversation, and what of it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Membership, User
from messaging import snoozing
from messaging.models import Conversation, ConversationEntry
from messaging.services import conversations
from seven_dashboard.errors import Refused
from tests.messaging.inbox.conftest import WriteIn


@pytest.fixture
def found(write_in: WriteIn) -> Conversation:
    return write_in()


def kinds(conversation: Conversation) -> list[str]:
    rows = ConversationEntry.objects.filter(conversation=conversation)
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_assignment_is_told_and_on_record(
    found: Conversation, owner: User, sender_member: User
) -> None:
    conversations.assign(conversation=found, actor=owner, to=sender_member)
    found.refresh_from_db()
    assert found.assigned_to == sender_member
    assert kinds(found) == ["assigned"]
    entry = AuditEntry.objects.get(action="conversation.assign")
    assert entry.after == {"assigned_to": sender_member.display_name}


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_who_may_not_send_gets_no_conversation(
    who: str, found: Conversation, owner: User, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Refused):
        conversations.assign(
            conversation=found, actor=owner, to=request.getfixturevalue(who)
        )


def test_taking_leaves_what_is_somebodys(
    found: Conversation, owner: User, sender_member: User
) -> None:
    conversations.assign(conversation=found, actor=owner, to=owner)
    assert not conversations.assign(
        conversation=found, actor=sender_member, to=sender_member, is_taken=True
    )


def test_closing_twice_is_one_act(found: Conversation, owner: User) -> None:
    assert conversations.close(conversation=found, actor=owner)
    assert not conversations.close(conversation=found, actor=owner)
    assert kinds(found) == ["closed"]
    found.refresh_from_db()
    assert (found.state, found.unread) == ("closed", 0)


def test_snoozed_comes_back_at_its_time_and_on_top(
    found: Conversation, owner: User, write_in: WriteIn
) -> None:
    until = timezone.now() + timedelta(hours=1)
    conversations.snooze(conversation=found, actor=owner, until=until)
    other = write_in("Later", "+491700000000")
    assert conversations.wake_due() == 0
    Conversation.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert conversations.wake_due() == 1
    found.refresh_from_db()
    assert found.state == "open"
    assert found.stands_at > other.stands_at
    assert kinds(found) == ["snoozed", "woke"]


def test_an_hour_is_one_when_the_clocks_go_back() -> None:
    now = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    later = snoozing.until("hour", now)
    assert later is not None
    assert later.timestamp() - now.timestamp() == 3600


def test_snooze_into_the_past_is_refused(found: Conversation, owner: User) -> None:
    with pytest.raises(Refused):
        conversations.snooze(conversation=found, actor=owner, until=timezone.now())


def test_reading_marks_what_is_there(found: Conversation) -> None:
    assert conversations.mark_read(found) == 1
    found.refresh_from_db()
    assert found.unread == 0
    conversations.mark_unread(found)
    found.refresh_from_db()
    assert found.unread == 1


def test_conversations_of_who_has_left_become_nobodys(
    found: Conversation, owner: User, sender_member: User
) -> None:
    conversations.assign(conversation=found, actor=owner, to=sender_member)
    assert conversations.release_departed() == 0
    Membership.objects.filter(user=sender_member).delete()
    assert conversations.release_departed() == 1
    found.refresh_from_db()
    assert found.assigned_to is None


def test_note_is_kept_and_an_empty_one_refused(
    found: Conversation, owner: User
) -> None:
    conversations.add_note(conversation=found, actor=owner, text=" Calls back\r\n")
    assert ConversationEntry.objects.get().text == "Calls back"
    with pytest.raises(Refused):
        conversations.add_note(conversation=found, actor=owner, text=" \n")


@pytest.fixture
def note(found: Conversation, owner: User) -> ConversationEntry:
    conversations.add_note(conversation=found, actor=owner, text="Calls bakc")
    return ConversationEntry.objects.get()


def test_note_is_changed_by_its_author_alone(
    note: ConversationEntry, owner: User, sender_member: User
) -> None:
    conversations.edit_note(note=note, actor=owner, text="Calls back ")
    with pytest.raises(Refused):
        conversations.edit_note(note=note, actor=sender_member, text="Never calls")
    note.refresh_from_db()
    assert (note.text, note.edited_at is not None) == ("Calls back", True)


def test_note_that_was_taken_back_stays_so(
    note: ConversationEntry, owner: User, sender_member: User
) -> None:
    with pytest.raises(Refused):
        conversations.take_note_back(note=note, actor=sender_member)
    conversations.take_note_back(note=note, actor=owner)
    conversations.edit_note(note=note, actor=owner, text="Still here")
    note.refresh_from_db()
    assert note.text == ""
