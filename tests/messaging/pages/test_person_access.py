"""Who may open what belongs to messages on the page of a person."""

from __future__ import annotations

import pytest

from accounts.rights import Right
from contacts.models import Contact
from messaging.models import Message
from tests.access import Arguments, ObjectAccess, ViewAccess

GET, POST = ("get",), ("post",)


class TestContactTimeline(ObjectAccess):
    url_name, right, methods = "messaging:contact_timeline", Right.READ, GET

    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}


class TestQuickSend(ObjectAccess):
    url_name, right = "messaging:quick_send", Right.SEND

    @pytest.fixture
    def arguments(self, contact: Contact) -> Arguments:
        return {"contact_id": contact.uuid}


class TestQuickSendPost(TestQuickSend):
    method, data = "post", {"text": "Hi"}


class TestQuickSendPreview(TestQuickSend):
    url_name = "messaging:quick_send_preview"
    method, methods, data = "post", ("post",), {"text": "Hi"}


class TestQuickSendNumber(ViewAccess):
    url_name, right = "messaging:quick_send_number", Right.SEND


class TestTimelineMessage(ObjectAccess):
    url_name, right, methods = "messaging:timeline_message", Right.READ, GET

    @pytest.fixture
    def arguments(self, contact: Contact, message: Message) -> Arguments:
        Message.objects.filter(pk=message.pk).update(recipient=contact.phone)
        return {"contact_id": contact.uuid, "message_id": message.pk}
