"""Another API key may open another account, whose journal proves nothing of before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection, User, Workspace
from accounts.services import connections
from messaging import timing
from messaging.models import InboundReading, Message
from messaging.services import floor, listening
from messaging.services.claiming import claim
from messaging.services.floor_runs import Run
from seven_dashboard.sandbox.accounts import signing_key_of
from tests.fixtures import SandboxAccount
from tests.messaging.engine.conftest import (
    MakeCampaign,
    phones,
    send,
    send_single,
    states,
)
from tests.messaging.engine.test_unclear import LONG_S, send_again, settle_now


@pytest.fixture(autouse=True)
def short_patience(settings: Settings) -> None:
    settings.GATEWAY_TIMEOUT_S = 1


def change_key(connection: Connection, api_key: str) -> None:
    connections.connect(
        workspace=connection.workspace,
        actor=None,
        api_key=api_key,
        signing_key=signing_key_of(api_key),
    )
    connection.refresh_from_db()


def test_attempt_of_the_old_key_is_never_sent_again_by_itself(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1, ending="907"))
    send(fast)
    assert states(campaign) == {"unclear": 1}
    change_key(fast, f"{sandbox.api_key}-other")
    for _ in range(6):
        settle_now()
    assert states(campaign) == {"unclear": 1}
    assert Message.objects.get().lease_until is None
    assert sandbox.ask("handsets")["total"] == 1


def test_claim_of_the_old_key_is_never_sent_again_by_itself(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1))
    claim(campaign.pk, limit=10, price_of=lambda country: 0)  # type: ignore[arg-type,return-value]
    change_key(fast, f"{sandbox.api_key}-other")
    Message.objects.update(
        state="unclear", lease_until=timezone.now() - timedelta(seconds=1)
    )
    for _ in range(6):
        settle_now()
    assert states(campaign) == {"unclear": 1}


def test_new_key_of_the_same_account_still_finds_what_was_sent(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1, ending="907"))
    send(fast)
    Connection.objects.update(keys_changed_at=timezone.now())
    assert settle_now() == {"accepted": 1}
    assert "unclear" not in states(campaign)


def test_attempt_of_the_new_key_is_settled_as_ever(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    make_campaign([*phones(1, ending="916"), "+4915199999000"])
    send(fast)
    hour_ago = timezone.now() - timedelta(hours=1)
    # Accepted through the account before: its journal is not asked for it.
    Message.objects.filter(state="accepted").update(
        gateway_id="77999999999", accepted_at=hour_ago - timedelta(minutes=1)
    )
    Connection.objects.update(keys_changed_at=hour_ago)
    settle_now()
    assert settle_now(after_s=LONG_S) == {"queued again": 1}
    send_again(fast)
    assert sandbox.ask("handsets")["total"] == 2


def lose_a_message(sandbox: SandboxAccount, connection: Connection) -> Message:
    """Return a message whose request was lost, a moment after connecting."""
    sandbox.ask("faults", next=["drop-before"])
    return send_single(connection)


def connect_anew(connection: Connection, owner: User, api_key: str) -> Connection:
    workspace = connection.workspace
    connections.disconnect(connection=connection, actor=owner)
    return connections.connect(workspace=workspace, actor=owner, api_key=api_key)


def test_attempt_with_the_first_key_is_settled_as_ever(
    workspace: Workspace, sandbox: SandboxAccount
) -> None:
    first = connections.connect(
        workspace=workspace, actor=None, api_key=sandbox.api_key
    )
    lost = lose_a_message(sandbox, first)
    settle_now()
    # Messages grow older, and so does the connection.
    Connection.objects.update(
        **{
            name: F(name) - timedelta(seconds=LONG_S)
            for name in ("created_at", "keys_changed_at")
        }
    )
    assert settle_now(after_s=LONG_S) == {"queued again": 1}
    assert Message.objects.get().pk == lost.pk


def test_attempt_soon_after_connecting_anew_may_be_of_the_key_before(
    sandbox: SandboxAccount, fast: Connection, owner: User
) -> None:
    lose_a_message(sandbox, connect_anew(fast, owner, sandbox.api_key))
    for _look in range(6):
        settle_now()
    message = Message.objects.get()
    assert (message.state, message.lease_until) == ("unclear", None)


def test_key_stored_again_changes_nothing(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    change_key(connection, sandbox.api_key)
    assert connection.keys_changed_at is None


def test_connecting_counts_as_a_new_key(
    sandbox: SandboxAccount, workspace: Workspace
) -> None:
    found = connections.connect(
        workspace=workspace, actor=None, api_key=sandbox.api_key
    )
    assert found.keys_changed_at is not None


@pytest.mark.parametrize("is_gone", [True, False], ids=["disconnected", "new key"])
def test_sender_under_way_stops_for_another_key(
    make_campaign: MakeCampaign,
    sandbox: SandboxAccount,
    fast: Connection,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_gone: bool,
) -> None:
    campaign = make_campaign(phones(3))
    begin = floor._loop

    def meanwhile(run: Run) -> None:
        rows = Connection.objects.filter(pk=fast.pk)
        rows.delete() if is_gone else rows.update(keys_changed_at=timezone.now())
        begin(run)

    monkeypatch.setattr(floor, "_loop", meanwhile)
    assert send(fast).stopped_by == "connection"
    assert states(campaign) == {"queued": 3}


def test_sender_that_stood_still_makes_no_call(
    make_campaign: MakeCampaign, sandbox: SandboxAccount, fast: Connection
) -> None:
    campaign = make_campaign(phones(1))
    run = Run(fast, sandbox.client(), 0.0, singles_only=False, processes=1)
    run.running_ids = frozenset({campaign.pk})
    (call,) = claim(campaign.pk, limit=1, price_of=lambda country: Decimal(0)).calls
    assert run.flights.may_call(call)
    # Somebody may have stored another key meanwhile.
    run.key_seen_at -= timing.OLD_KEY_S
    assert not run.flights.may_call(call)


def test_journal_of_another_account_is_read_from_its_beginning(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    listening.listen()
    sandbox.ask("inbound", **{"from": "491771234567", "text": "Hello"})
    later = timezone.now() + timedelta(days=3)
    InboundReading.objects.update(read_until=later, due_at=timezone.now())
    Connection.objects.update(keys_changed_at=timezone.now())
    assert listening.listen()["new"] == 1
