"""Nothing is spent that nobody agreed to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Connection, User, Workspace
from contacts.models import Contact, Group, GroupMembership
from messaging.models import Campaign, Message
from messaging.services import campaigns, checks, drafts
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs


@pytest.fixture
def draft(workspace: Workspace, connection: Connection, owner: User) -> Campaign:
    group = Group.objects.create(workspace=workspace, name="Regulars")
    contact = Contact.objects.create(workspace=workspace, phone="+4915112345101")
    GroupMembership.objects.create(group=group, contact=contact)
    return drafts.create(
        workspace=workspace, actor=owner, name="Rolls", text="Hi!", groups=[group]
    )


def launch(browser_of: ClientAs, person: User, draft: Campaign, **changes: str) -> int:
    values = {"cost_agreed": "5", "fingerprint": checks.fingerprint(draft), **changes}
    address = reverse("messaging:campaign_launch", args=[draft.pk])
    return browser_of(person).post(address, values).status_code


@pytest.mark.parametrize(
    "amount",
    ["", "-1", "-0.01", "NaN", "sNaN", "Infinity", "1e400", "1,5", "0x10", "free"],
)
def test_odd_amount_launches_nothing(
    amount: str, draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    assert launch(client_as, owner, draft, cost_agreed=amount) == 422
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity"])
def test_odd_amount_resumes_nothing(
    amount: str, draft: Campaign, owner: User, client_as: ClientAs
) -> None:
    Campaign.objects.update(state="paused", pause_reason="cost", cost_agreed=1)
    address = reverse("messaging:campaign_resume", args=[draft.pk])
    client_as(owner).post(address, {"cost_agreed": amount})
    draft.refresh_from_db()
    assert (draft.state, draft.cost_agreed) == ("paused", Decimal(1))


def test_reader_launches_nothing(
    draft: Campaign, reader: User, client_as: ClientAs
) -> None:
    assert launch(client_as, reader, draft) == 403


def test_sender_launches_no_draft_of_somebody_else(
    draft: Campaign, sender_member: User, client_as: ClientAs
) -> None:
    assert launch(client_as, sender_member, draft) == 403


def test_draft_that_changed_since_it_was_seen_is_not_launched(
    draft: Campaign, owner: User
) -> None:
    seen = checks.fingerprint(draft)
    drafts.update(campaign=draft, actor=owner, text="Something much longer")
    with pytest.raises(Refused) as refused:
        campaigns.launch(
            campaign_id=draft.pk, actor=owner, cost_agreed=Decimal(5), seen=seen
        )
    assert refused.value.code == "changed"


def test_retry_does_not_end_a_pause(draft: Campaign, owner: User) -> None:
    campaigns.launch(campaign_id=draft.pk, actor=owner, cost_agreed=Decimal(5))
    Message.objects.create(
        workspace=draft.workspace,
        campaign=draft,
        recipient="+4915112345101",
        state="refused",
        error_code=403,
    )
    campaigns.pause(campaign_id=draft.pk, actor=owner)
    with pytest.raises(Refused):
        campaigns.retry_failed(campaign_id=draft.pk, actor=owner)
    draft.refresh_from_db()
    assert draft.state == "paused"
