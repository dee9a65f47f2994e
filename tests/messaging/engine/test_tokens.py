"""A campaign of a connection by OAuth outlives its tokens: none lost, none twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Connection, Grant, User
from messaging import pauses
from messaging.models import Message
from messaging.services import campaigns
from seven_dashboard.errors import Refused
from tests.accounts.signing_in import sign_in
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send, states

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
