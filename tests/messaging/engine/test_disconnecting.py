from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Connection, Poll, User
from accounts.services import connections, polls
from accounts.services.schedules import Claim
from messaging import pauses, tasks
from messaging.models import Message
from messaging.services import campaigns, sweeps
from seven_dashboard.errors import Refused
from seven_dashboard.sandbox.accounts import signing_key_of
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.engine.conftest import MakeCampaign, phones, send, states


def test_campaign_without_a_connection_is_paused_and_says_why(
    make_campaign: MakeCampaign, fast: Connection, owner: User, client_as: ClientAs
) -> None:
    campaign = make_campaign(phones(2))
    connections.disconnect(connection=fast, actor=owner)
    assert tasks.sweep_campaigns()["paused"] == 1
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "no_connection")
    assert pauses.explain(campaign.pause_reason).kind == "connection"
    page = client_as(owner).get(
        reverse("messaging:campaign_detail", args=[campaign.pk])
    )
    assert "no gateway account is connected" in page.text


def test_preparing_campaign_without_a_connection_is_paused(
    make_campaign: MakeCampaign, fast: Connection, owner: User
) -> None:
    campaign = make_campaign(phones(2), is_frozen=False)
    connections.disconnect(connection=fast, actor=owner)
    assert sweeps.pause_disconnected() == 1
    campaign.refresh_from_db()
    assert campaign.state == "paused"


def test_connected_campaign_is_left_alone(make_campaign: MakeCampaign) -> None:
    campaign = make_campaign(phones(1))
    assert not campaigns.pause_if_disconnected(campaign.pk)
    assert sweeps.pause_disconnected() == 0


def poll_balance(connection: Connection) -> None:
    polls.run(Claim(connection.pk, Poll.Kind.BALANCE))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"allowed_ips": ["203.0.113.7"]}, "903", id="address"),
        pytest.param({"signing_key": "another"}, "901", id="signature"),
    ],
)
def test_key_trouble_found_by_a_poll_pauses_what_runs_and_says_why(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    owner: User,
    client_as: ClientAs,
    change: dict[str, object],
    code: str,
) -> None:
    campaign = make_campaign(phones(2))
    sandbox.ask("account", **change)
    poll_balance(fast)
    assert tasks.sweep_campaigns()["paused"] == 1
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", code)
    page = client_as(owner).get(
        reverse("messaging:campaign_detail", args=[campaign.pk])
    )
    assert "the gateway refuses the connection" in page.text


def test_campaign_that_a_poll_has_paused_goes_on_like_after_a_send(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(2))
    sandbox.ask("account", allowed_ips=["203.0.113.7"])
    poll_balance(fast)
    sweeps.pause_disconnected()
    with pytest.raises(Refused):
        campaigns.resume(campaign_id=campaign.pk, actor=None)
    sandbox.ask("account", allowed_ips=["127.0.0.1"])
    poll_balance(fast)
    campaigns.resume(campaign_id=campaign.pk, actor=None)
    assert sweeps.pause_disconnected() == 0
    send(fast)
    assert states(campaign) == {"accepted": 2}


@pytest.mark.parametrize(
    ("code", "reason", "title"),
    [
        (900, "900", "refuses the connection"),
        (Connection.GRANT_ENDED, pauses.GRANT_ENDED, "permission"),
        (Connection.UNREADABLE, pauses.KEYS_UNREADABLE, "cannot be read"),
    ],
)
def test_each_way_to_break_has_its_words(
    make_campaign: MakeCampaign, fast: Connection, code: int, reason: str, title: str
) -> None:
    campaign = make_campaign(phones(1))
    connections.mark_broken(connection_id=fast.pk, code=code)
    sweeps.pause_disconnected()
    campaign.refresh_from_db()
    assert campaign.pause_reason == reason
    pause = pauses.explain(reason)
    assert (pause.kind, title in pause.title) == ("connection", True)


def test_keys_that_cannot_be_read_pause_what_runs(
    make_campaign: MakeCampaign, fast: Connection, settings: Settings
) -> None:
    campaign = make_campaign(phones(1))
    settings.FIELD_KEYS = ["another"]
    with pytest.raises(Refused):
        send(fast)
    sweeps.pause_disconnected()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_reason) == ("paused", "keys_unreadable")


def test_campaign_goes_on_once_connected_again(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection, owner: User
) -> None:
    campaign = make_campaign(phones(2))
    connections.disconnect(connection=fast, actor=owner)
    sweeps.pause_disconnected()
    with pytest.raises(Refused):
        campaigns.resume(campaign_id=campaign.pk, actor=owner)
    again = connections.connect(
        workspace=fast.workspace,
        actor=owner,
        api_key=sandbox.api_key,
        signing_key=signing_key_of(sandbox.api_key),
    )
    campaigns.resume(campaign_id=campaign.pk, actor=owner)
    send(again)
    assert sandbox.ask("handsets")["total"] == 2


def test_all_that_is_left_unclear_is_for_a_person(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection, owner: User
) -> None:
    campaign = make_campaign(phones(1, ending="916"))
    send(fast)
    connections.disconnect(connection=fast, actor=owner)
    Message.objects.update(lease_until="2020-01-01T00:00Z")
    tasks.settle_unclear()
    tasks.sweep_campaigns()
    campaign.refresh_from_db()
    assert states(campaign) == {"unclear": 1}
    assert Message.objects.get().lease_until is None
    assert campaign.pause_reason == "no_connection"
