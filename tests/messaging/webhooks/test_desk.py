"""The report desk, from the bell to the last event."""

from __future__ import annotations

import pytest

from messaging.models import WebhookEvent
from messaging.tasks import incoming
from tests.messaging.webhooks.conftest import Post, event


def test_events_that_come_meanwhile_are_applied_by_the_same_run(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [event("fax", pages=n) for n in range(2)]

    def gather(_seconds: float) -> None:
        if later:
            post(later.pop())

    monkeypatch.setattr("time.sleep", gather)
    post(event("fax", pages=9))
    assert incoming.apply_events() == {"events": 3}
    assert not WebhookEvent.objects.filter(state="pending").exists()
