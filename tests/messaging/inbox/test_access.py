from __future__ import annotations

from typing import ClassVar

import pytest

from accounts.models import Connection, User
from accounts.rights import Right
from messaging.models import Conversation, ConversationEntry, SavedAnswer
from messaging.services import conversations, saved_answers
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.messaging.inbox.conftest import WriteIn

GET, POST = ("get",), ("post",)


class OfConversation(ObjectAccess):
    @pytest.fixture
    def arguments(self, write_in: WriteIn, connected: Connection) -> Arguments:
        return {"conversation_id": write_in().uuid}


class TestConversation(OfConversation):
    url_name, right, methods = "messaging:conversation", Right.READ, GET


class TestConversationOlder(OfConversation):
    url_name, right, methods = "messaging:conversation_older", Right.READ, GET


class OfPost(OfConversation):
    right, method, methods = Right.SEND, "post", POST


class TestConversationReply(OfPost):
    url_name, data = "messaging:conversation_reply", {"text": "Hi"}


class TestConversationCost(OfPost):
    url_name, data = "messaging:conversation_cost", {"text": "Hi"}


class TestConversationNote(OfPost):
    url_name, data = "messaging:conversation_note", {"note": "Hi"}


class TestConversationAssign(OfPost):
    url_name = "messaging:conversation_assign"


class TestConversationClose(OfPost):
    url_name = "messaging:conversation_close"


class TestConversationReopen(OfPost):
    url_name = "messaging:conversation_reopen"


class TestConversationSnooze(OfPost):
    url_name, data = "messaging:conversation_snooze", {"word": "hour"}


class TestConversationUnread(OfPost):
    url_name = "messaging:conversation_unread"


class TestConversationBulk(ViewAccess):
    url_name, right = "messaging:conversation_bulk", Right.SEND
    method, methods, data = "post", POST, {"act": "close"}


class OfNote(ObjectAccess):
    right = Right.SEND

    @pytest.fixture
    def arguments(self, owner: User, write_in: WriteIn) -> Arguments:
        conversations.add_note(conversation=write_in(), actor=owner, text="Hi")
        return {"note_id": ConversationEntry.objects.get().pk}


class TestNoteEdit(OfNote):
    url_name = "messaging:note_edit"


class TestNoteTakeBack(OfNote):
    url_name, method, methods = "messaging:note_take_back", "post", POST


class TestInboxNews(ViewAccess):
    url_name, right, methods = "messaging:inbox_news", Right.READ, GET
    # Of a page that shows something else: otherwise there is nothing to send.
    data: ClassVar[dict[str, str]] = {"seen": "a.b.c.d.0-0-0"}


class TestSavedAnswerList(ViewAccess):
    url_name, right, methods = "messaging:saved_answer_list", Right.READ, GET


class TestSavedAnswerCreate(ViewAccess):
    url_name, right = "messaging:saved_answer_create", Right.MANAGE_CAMPAIGNS


class OfAnswer(ObjectAccess):
    right = Right.MANAGE_CAMPAIGNS

    @pytest.fixture
    def answer(self, owner: User, write_in: WriteIn) -> SavedAnswer:
        found: Conversation = write_in()
        return saved_answers.create(
            workspace=found.workspace, actor=owner, name="Hours", text="Till six"
        )

    @pytest.fixture
    def arguments(self, answer: SavedAnswer) -> Arguments:
        return {"answer_id": answer.pk}


class TestSavedAnswerEdit(OfAnswer):
    url_name = "messaging:saved_answer_edit"


class TestSavedAnswerDelete(OfAnswer):
    url_name = "messaging:saved_answer_delete"
