"""Many messages in doubt at once: settled in few requests, and none by guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, Workspace
from messaging.models import Campaign, Message
from messaging.services import unclear
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    assert_totals_equal_rows,
    phones,
    send,
    states,
)

MANY = 250
JOURNAL = "GET /journal/outbound"


@pytest.fixture
def sent(
    make_campaign: MakeCampaign, fast: Connection, sandbox: SandboxAccount
) -> Campaign:
    """Return a campaign that the gateway has taken in."""
    campaign = make_campaign(phones(MANY), text="Fresh bread for all of you")
    send(fast)
    assert states(campaign) == {"accepted": MANY}
    return campaign


def doubt_all() -> None:
    """Forget the answers, as a killed worker does whose leases have run out."""
    Message.objects.update(
        state="unclear",
        gateway_id="",
        price=None,
        accepted_at=None,
        due_at=timezone.now(),
        lease_until=timezone.now() - timedelta(seconds=1),
    )


def lookups(sandbox: SandboxAccount) -> int:
    return int(sandbox.ask("requests").get(JOURNAL, 0))


def test_many_are_found_in_a_few_requests(
    sent: Campaign, sandbox: SandboxAccount
) -> None:
    doubt_all()
    assert unclear.settle_due() == {"accepted": MANY}
    # Two batches, each of up to three pages of a hundred.
    assert lookups(sandbox) <= 6
    assert_totals_equal_rows(sent)


def test_what_is_not_in_the_list_is_asked_for_by_number(
    sent: Campaign, sandbox: SandboxAccount
) -> None:
    doubt_all()
    unsent = list(Message.objects.order_by("pk").values_list("pk", flat=True)[:10])
    for pk in unsent:
        # An attempt that the gateway has never seen.
        old = Message.objects.get(pk=pk)
        number = old.recipient.replace("+49151", "+49152")
        Message.objects.filter(pk=pk).update(recipient=number)
    assert unclear.settle_due() == {"accepted": MANY - 10, "looking": 10}
    assert 10 <= lookups(sandbox) <= 10 + 6


def test_silent_journal_is_not_asked_for_each_of_many(
    sent: Campaign, sandbox: SandboxAccount
) -> None:
    doubt_all()
    sandbox.ask("faults", scope="read", random={"code-700": 1})
    assert unclear.settle_due() == {"postponed": MANY}
    # Two batches: a page of the list, and what had begun before it was clear.
    assert 2 < lookups(sandbox) <= 2 * (1 + 2 * unclear.LOOKERS)


def test_a_few_are_asked_for_by_number(sent: Campaign, sandbox: SandboxAccount) -> None:
    doubt_all()
    Message.objects.exclude(pk__in=Message.objects.values("pk")[:3]).delete()
    assert unclear.settle_due() == {"accepted": 3}
    assert lookups(sandbox) == 3


def test_workspaces_take_turns(
    make_campaign: MakeCampaign,
    other_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other one has no connection, so that its message is for a person."""
    monkeypatch.setattr(unclear, "BATCH", 2)
    make_campaign(phones(5), text="Fresh bread")
    doubt_all()
    theirs = Message.objects.create(
        workspace=other_workspace,
        campaign=Campaign.objects.create(workspace=other_workspace, name="Theirs"),
        state="unclear",
        lease_until=timezone.now(),
    )
    # For one batch of each.
    unclear.settle_due(budget_rows=40)
    theirs.refresh_from_db()
    assert theirs.lease_until is None


def test_what_there_was_no_time_for_is_left_as_it_is(
    sent: Campaign, sandbox: SandboxAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt_all()
    monkeypatch.setattr(unclear, "SHARE_S", 0)
    assert unclear.settle_due() == {}
    assert lookups(sandbox) == 0
    held = Message.objects.filter(lease_until__gt=timezone.now(), looks=0)
    assert held.count() == MANY
