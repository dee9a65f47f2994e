"""A workspace that acts as a subaccount shares nothing but the keys."""

from __future__ import annotations

import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from accounts import addresses
from accounts.models import (
    AuditEntry,
    Connection,
    Membership,
    Poll,
    Subaccount,
    User,
    Workspace,
)
from accounts.services import (
    connections,
    errands,
    gateway,
    number_lists,
    polls,
    schedules,
    subaccounts,
)
from accounts.services.schedules import Claim
from messaging import bell
from seven_dashboard.errors import Refused
from seven_dashboard.gateway import signing
from seven_dashboard.gateway.errors import MissingPermission
from tests.fixtures import SandboxAccount


@pytest.fixture
def child(branch: Subaccount, owner: User) -> Connection:
    made = subaccounts.open_workspace(subaccount=branch, actor=owner, name="Branch")
    return made.connection


def test_calls_are_made_for_the_subaccount(
    sandbox: SandboxAccount, child: Connection, branch: Subaccount
) -> None:
    sandbox.client().subaccounts.transfer_credits(
        branch.gateway_id, amount=Decimal("7.00")
    )
    assert gateway.client_for(child).balance.get().amount == 7
    assert gateway.client_for(child.key_holder).balance.get().amount == 993


def test_check_asks_for_the_subaccounts_balance(child: Connection) -> None:
    assert connections.check(connection=child).balance == 0


def test_every_poll_fetches_what_is_the_subaccounts(
    child: Connection, branch: Subaccount
) -> None:
    schedules.begin(child)
    for kind in Poll.Kind.values:
        assert polls.run(Claim(child.pk, kind)) in ("done", "more")
    child.refresh_from_db()
    assert child.balance == 0
    assert not Subaccount.objects.filter(connection=child).exists()


def test_numbers_of_one_are_not_those_of_the_other(
    sandbox: SandboxAccount, connection: Connection, child: Connection
) -> None:
    offers = sandbox.client().numbers.available(country="SE")
    sandbox.client().numbers.order(offers[0].number, payment_interval="monthly")
    number_lists.refresh(connection=connection)
    number_lists.refresh(connection=child)
    sandbox.ask("reset", really=True)
    assert connection.own_numbers.count() == 1
    assert child.own_numbers.count() == 0


def test_nobody_of_the_account_is_a_member_but_who_made_it(
    child: Connection, manager: User, owner: User
) -> None:
    members = Membership.objects.filter(workspace=child.workspace)
    assert [(m.user, m.role) for m in members] == [(owner, "owner")]


def test_keys_are_stored_once(child: Connection) -> None:
    assert not child.api_key
    assert not child.signing_key


def test_webhook_of_the_subaccount_is_verified_with_the_accounts_key(
    child: Connection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "ring", lambda _who: None)
    body = json.dumps({"data": {"msg_id": "1"}, "webhook_event": "dlr"}).encode()
    signed = signing.signed_headers(
        key=child.key_holder.signing_key.reveal(),
        method="POST",
        url=addresses.webhook_url(child),
        body=body,
    )
    answer = client.post(
        addresses.webhook_path(child),
        body,
        content_type="application/json",
        headers=signed,
    )
    assert answer.status_code == 200


def test_second_workspace_for_it_is_refused(
    child: Connection, branch: Subaccount, owner: User
) -> None:
    with pytest.raises(Refused) as refused:
        subaccounts.open_workspace(subaccount=branch, actor=owner, name="Again")
    assert refused.value.code == "open_already"
    assert Workspace.objects.count() == 2


def test_new_keys_of_the_account_serve_it_too(
    sandbox: SandboxAccount, connection: Connection, child: Connection, owner: User
) -> None:
    key = f"sandbox-{uuid4().hex}-key"
    connections.connect(
        workspace=connection.workspace, actor=owner, api_key=key, signing_key=""
    )
    child = Connection.objects.get(pk=child.pk)
    assert child.key_holder.api_key.reveal() == key
    assert child.keys_changed_at == child.key_holder.keys_changed_at
    # That account has no such subaccount: it says so, and answers nothing of its own.
    with pytest.raises(MissingPermission):
        gateway.client_for(child).balance.get()


def test_disconnecting_the_account_ends_it(
    connection: Connection, child: Connection, owner: User
) -> None:
    connections.disconnect(connection=connection, actor=owner)
    assert not Connection.objects.exists()
    entry = AuditEntry.objects.get(
        workspace=child.workspace, action="connection.disconnect"
    )
    assert entry.actor is None
    assert entry.before == {"subaccount": child.subaccount_id}


def test_disconnecting_it_leaves_the_account(
    connection: Connection, child: Connection, branch: Subaccount, owner: User
) -> None:
    connections.disconnect(connection=child, actor=owner)
    assert Connection.objects.get() == connection
    subaccounts.open_workspace(subaccount=branch, actor=owner, name="Once more")


def test_keys_of_its_own_make_it_an_account_of_its_own(
    sandbox: SandboxAccount, child: Connection, owner: User
) -> None:
    key = f"sandbox-{uuid4().hex}-key"
    connections.connect(
        workspace=child.workspace, actor=owner, api_key=key, signing_key=""
    )
    child = Connection.objects.get(pk=child.pk)
    assert (child.parent, child.subaccount_id) == (None, "")
    assert child.balance == 1000


def test_owner_of_the_account_takes_the_account_away_from_it(
    connection: Connection, child: Connection, branch: Subaccount, owner: User
) -> None:
    subaccounts.close_workspace(subaccount=branch, actor=owner)
    assert Connection.objects.get() == connection
    assert Workspace.objects.filter(pk=child.workspace_id).exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["connection.disconnect", "subaccount.close_workspace"]
    with pytest.raises(Refused):
        subaccounts.close_workspace(subaccount=branch, actor=owner)


def test_subaccounts_are_added_in_the_workspace_of_the_account(
    child: Connection, owner: User
) -> None:
    with pytest.raises(Refused) as refused:
        subaccounts.create(
            workspace=child.workspace, actor=owner, name="x", email="a@x.xy", token="a"
        )
    assert refused.value.code == "of_main_account"


def test_deleting_the_subaccount_disconnects_it(
    child: Connection, branch: Subaccount, owner: User
) -> None:
    errand = subaccounts.delete(
        subaccount=branch, actor=owner, agreed=Decimal(0), token="x"
    )
    assert errands.run(errand.pk) == "done"
    assert not Connection.objects.filter(pk=child.pk).exists()
    with pytest.raises(MissingPermission):
        gateway.client_for(child).balance.get()
