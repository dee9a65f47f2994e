"""A campaign of a connection by OAuth outlives its tokens: none lost, none twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, Grant, User
from accounts.services import gateway
from messaging import pauses, timing
from messaging.models import Campaign, Message
from messaging.services import (
    campaigns,
    learning,
    listening,
    reconciling,
    withdrawals,
)
from seven_dashboard.errors import Refused
from tests.accounts.oauth.signing_in import sign_in
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send, states
from tests.messaging.engine.test_unclear import settle_now

COUNT = 30


@pytest.fixture
def permitted(
    owner: User, client_as: ClientAs, sandbox: SandboxAccount, fast: Connection
) -> Connection:
    """Return the fast connection, by OAuth, with a token that is a minute old."""
    sign_in(client_as(owner), sandbox)
    Grant.objects.update(renewed_at=timezone.now() - timedelta(minutes=1))
    fast.refresh_from_db()
    return fast


def handsets(sandbox: SandboxAccount) -> tuple[int, dict[str, int]]:
    seen = sandbox.ask("handsets")
    return seen["total"], seen["more_than_once"]


def test_campaign_is_sent_with_a_token(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, permitted: Connection
) -> None:
    campaign = make_campaign(phones(COUNT))
    send(permitted)
    assert states(campaign) == {"accepted": COUNT}


def test_token_that_ends_in_the_middle_loses_and_doubles_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, permitted: Connection
) -> None:
    campaign = make_campaign(phones(COUNT))
    Message.objects.filter(pk__in=_some(10)).update(due_at=_later())
    send(permitted)
    sandbox.ask("oauth/expire", kind="access")
    Message.objects.filter(state="queued").update(due_at=timezone.now())
    report = send(permitted)
    assert (report.accepted, report.stopped_by) == (0, "token")
    assert states(campaign) == {"accepted": COUNT - 10, "queued": 10}
    send(permitted)
    assert states(campaign) == {"accepted": COUNT}
    assert handsets(sandbox) == (COUNT, {})


def test_refused_token_pauses_and_breaks_nothing(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, permitted: Connection
) -> None:
    campaign = make_campaign(phones(3))
    sandbox.ask("oauth/expire", kind="access")
    send(permitted)
    campaign.refresh_from_db()
    assert campaign.state == "sending"
    assert not Connection.objects.get().is_broken
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}


def test_token_is_renewed_while_a_campaign_runs(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, permitted: Connection
) -> None:
    campaign = make_campaign(phones(COUNT))
    Grant.objects.update(expires_at=timezone.now())
    send(permitted)
    assert Grant.objects.get().version == 2
    assert states(campaign) == {"accepted": COUNT}


def test_withdrawn_permission_pauses_with_a_sentence(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, permitted: Connection
) -> None:
    campaign = make_campaign(phones(3))
    sandbox.ask("oauth/expire", kind="revoke")
    send(permitted)
    with pytest.raises(Refused):
        send(permitted)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", pauses.GRANT_ENDED)
    assert "permission" in pauses.explain(campaign.pause_reason).title
    assert states(campaign) == {"queued": 3}


def test_refused_token_is_renewed_for_the_next_look(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, permitted: Connection
) -> None:
    make_campaign(phones(1))
    sandbox.ask("faults", next=["drop-after"])
    send(permitted)
    sandbox.ask("oauth/expire", kind="access")
    Message.objects.update(attempted_at=timezone.now() - timedelta(hours=1))
    assert settle_now() == {"postponed": 1}
    soon = timezone.now() + timedelta(seconds=timing.first_look_s())
    assert Message.objects.filter(lease_until__lte=soon).count() == 1
    assert settle_now() == {"accepted": 1}


def cancel() -> None:
    """Cancel the campaign, and ask back what the gateway holds of it."""
    campaign = Campaign.objects.get()
    campaigns.cancel(campaign_id=campaign.pk, actor=None)
    withdrawals.withdraw(campaign.pk)
    campaign.refresh_from_db()
    assert campaign.wound_up_at is None


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(cancel, id="what is held"),
        pytest.param(learning.learn, id="networks"),
        pytest.param(listening.listen, id="replies"),
        pytest.param(lambda: reconciling.ask_for_reports(budget_s=5), id="reports"),
    ],
)
def test_whoever_asks_has_a_refused_token_renewed(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    permitted: Connection,
    ask: Callable[[], object],
) -> None:
    make_campaign(phones(1))
    send(permitted)
    Message.objects.update(due_at=timezone.now())
    sandbox.ask("oauth/expire", kind="access")
    ask()
    gateway.client_for(permitted)
    assert Grant.objects.get().version == 2


def test_campaign_goes_on_after_signing_in_again(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    permitted: Connection,
    owner: User,
    client_as: ClientAs,
) -> None:
    campaign = make_campaign(phones(3))
    sandbox.ask("oauth/expire", kind="revoke")
    send(permitted)
    with pytest.raises(Refused):
        send(permitted)
    sign_in(client_as(owner), sandbox)
    campaigns.resume(campaign_id=campaign.pk, actor=owner)
    send(permitted)
    assert handsets(sandbox) == (3, {})


def _some(count: int) -> list[int]:
    return list(Message.objects.order_by("pk").values_list("pk", flat=True)[:count])


def _later() -> object:
    return timezone.now() + timedelta(hours=1)
