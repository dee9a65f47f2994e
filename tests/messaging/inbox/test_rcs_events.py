"""Files, places and typing of RCS, from the gateway to the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection
from messaging import presence, rcs_attachments
from messaging.models import Conversation, InboundMessage, WebhookEvent
from messaging.services import reports
from tests.messaging.inbox.conftest import ANNA
from tests.messaging.webhooks.conftest import Post, event, post, silent_bell

__all__ = ["post", "silent_bell"]
PICTURE = {
    "payload": {
        "mimeType": "image/png",
        "fileSizeBytes": 77,
        "fileName": "list.png",
        "fileUri": "https://files.example/list.png",
    }
}


def told(post: Post, **data: object) -> None:
    sender = {"sender": ANNA.lstrip("+"), "agent_id": "bakery"}
    post(event("rcs", **sender, **data))
    reports.apply_pending()


@pytest.mark.usefixtures("connection")
def test_file_comes_with_name_and_size(post: Post) -> None:
    told(post, id=1, content_type="user_file", text=PICTURE, time=_now())
    kept = InboundMessage.objects.get()
    file = rcs_attachments.file_of(kept.content)
    assert file is not None
    assert (file.name, file.size_bytes, kept.text) == ("list.png", 77, "")
    found = Conversation.objects.get()
    assert (found.channel, found.said_kind, found.own_number) == (
        "rcs",
        "file",
        "bakery",
    )


@pytest.mark.usefixtures("connection")
def test_place_comes_as_degrees(post: Post) -> None:
    place = {"latitude": "54.32", "longitude": "10.13"}
    told(post, id=2, content_type="location", text=place, time=_now())
    found = rcs_attachments.place_of(InboundMessage.objects.get().content)
    assert found is not None
    assert (found.latitude, found.longitude) == (54.32, 10.13)


def test_typing_is_shown_until_the_message_comes(
    post: Post, connection: Connection
) -> None:
    workspace_id = connection.workspace_id
    told(post, msg_id="7", status="IS_TYPING", timestamp=_now())
    assert presence.is_typing(workspace_id, ANNA)
    assert WebhookEvent.objects.get().state == "applied"
    told(post, id=3, content_type="text", text="Hello", time=_now())
    assert not presence.is_typing(workspace_id, ANNA)


def test_typing_of_long_ago_is_shown_to_nobody(
    post: Post, connection: Connection
) -> None:
    post(event("rcs", msg_id="7", status="IS_TYPING", sender=ANNA.lstrip("+")))
    old = timezone.now() - timedelta(minutes=1)
    WebhookEvent.objects.update(received_at=old)
    reports.apply_pending()
    assert not presence.is_typing(connection.workspace_id, ANNA)


def _now() -> int:
    return round(timezone.now().timestamp())
