"""Segments, campaigns to them, and who got a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Workspace
from contacts.models import Contact, Group, GroupMembership, Segment
from contacts.services import segments
from messaging.models import Campaign, Message
from messaging.services import audiences, campaigns, drafts
from messaging.states import CampaignState
from seven_dashboard.errors import Refused


def line(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def every(*conditions: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def save(workspace: Workspace, name: str, *conditions: Any) -> Segment:
    return segments.create(
        workspace=workspace, name=name, definition=every(*conditions), actor=None
    )


def draft(workspace: Workspace, name: str = "X", **parts: Any) -> Campaign:
    return drafts.create(workspace=workspace, actor=None, name=name, text="Hi", **parts)


def launch(campaign: Campaign) -> Campaign:
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    campaign.refresh_from_db()
    return campaign


@contextmanager
def refused(code: str) -> Iterator[list[str]]:
    """Expect a refusal; its sentence is in the list afterwards."""
    sentences: list[str] = []
    with pytest.raises(Refused) as raised:
        yield sentences
    assert raised.value.code == code
    sentences.append(str(raised.value))


def sent_to(campaign: Campaign) -> str:
    """Return the first letters of those who have a message, in order."""
    assert audiences.freeze(campaign.pk)
    rows = Message.objects.filter(campaign=campaign).order_by("pk")
    return "".join(row.contact.firstname[0] for row in rows if row.contact)


def put(group: Group, *contacts: Contact) -> None:
    for contact in contacts:
        GroupMembership.objects.create(group=group, contact=contact)


def reach(
    workspace: Workspace, contact: Contact, state: str = "delivered", days: int = 0
) -> Campaign:
    """Let a campaign have written to somebody some days ago."""
    campaign = Campaign.objects.create(
        workspace=workspace, name="Earlier", text="Hi", state=CampaignState.FINISHED
    )
    Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        contact=contact,
        recipient=contact.phone,
        state=state,
        attempted_at=timezone.now() - timedelta(days=days),
    )
    return campaign
