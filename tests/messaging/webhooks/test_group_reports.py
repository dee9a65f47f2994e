"""Reports on messages that shared a request, and with it their foreign id."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, Workspace
from messaging import foreign_ids
from messaging.models import Campaign, Message, WebhookEvent
from messaging.services import reports
from tests.messaging.webhooks.conftest import Post, event

FIRST, SECOND = "+4915112345000", "+4915112345001"


@pytest.fixture
def group(workspace: Workspace, connection: Connection) -> str:
    """Return the foreign id that two messages share."""
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    foreign_id = foreign_ids.of_group(campaign.pk)
    for number in (FIRST, SECOND):
        Message.objects.create(
            workspace=workspace,
            campaign=campaign,
            recipient=number,
            state="unclear",
            foreign_id=foreign_id,
        )
    return foreign_id


def states() -> list[str]:
    return list(Message.objects.order_by("recipient").values_list("state", flat=True))


def apply_again() -> None:
    WebhookEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    reports.apply_pending()


def test_report_on_a_group_waits_for_the_id_of_its_message(
    post: Post, group: str
) -> None:
    post(event("dlr", msg_id="77000000002", status="DELIVERED", foreign_id=group))
    reports.apply_pending()
    assert states() == ["unclear", "unclear"]
    Message.objects.filter(recipient=SECOND).update(gateway_id="77000000002")
    apply_again()
    assert states() == ["unclear", "delivered"]


@pytest.mark.parametrize("spelled", ["4915112345001", "+49 15112345001"])
def test_status_of_a_call_is_told_by_its_number(
    post: Post, group: str, spelled: str
) -> None:
    Message.objects.update(channel="voice")
    told = {"id": "1038703", "status": "completed", "duration": "8"}
    post(event("voice_status", recipient=spelled, foreign_id=group, **told))
    reports.apply_pending()
    assert states() == ["unclear", "delivered"]
    assert Message.objects.get(recipient=SECOND).gateway_id == "1038703"


def test_status_of_a_call_without_a_number_settles_nobody(
    post: Post, group: str
) -> None:
    Message.objects.update(channel="voice")
    told = {"id": "1038703", "status": "completed"}
    post(event("voice_status", foreign_id=group, **told))
    reports.apply_pending()
    assert states() == ["unclear", "unclear"]
    assert WebhookEvent.objects.get().state == "unmatched"


def test_group_of_another_workspace_is_not_met(
    post: Post, group: str, other_workspace: Workspace
) -> None:
    Message.objects.update(workspace=other_workspace, channel="voice")
    told = {"id": "1038703", "status": "completed", "recipient": "4915112345001"}
    post(event("voice_status", foreign_id=group, **told))
    reports.apply_pending()
    assert states() == ["unclear", "unclear"]
