"""Keys are checked at the gateway before they are stored."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import (
    AuditEntry,
    BalanceReading,
    Connection,
    Poll,
    Usage,
    User,
    Workspace,
)
from accounts.services import connections, gateway, schedules
from accounts.services.gateway import client_for
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs, SandboxAccount
from tests.gateway.stub import Stub

CONNECT = "accounts:connection_connect"


def connect(browser: Client, **keys: str) -> str:
    response = browser.post(reverse(CONNECT), keys, follow=True)
    return response.content.decode()


def test_connecting_stores_keys_and_balance(
    sandbox: SandboxAccount, owner: User, client_as: ClientAs
) -> None:
    connect(client_as(owner), api_key=sandbox.api_key, signing_key=sandbox.signing_key)
    stored = Connection.objects.get()
    assert stored.api_key.reveal() == sandbox.api_key
    assert stored.signing_key.reveal() == sandbox.signing_key
    assert stored.balance == 1000


def test_page_shows_the_last_four_characters_only(
    sandbox: SandboxAccount, owner: User, client_as: ClientAs
) -> None:
    page = connect(client_as(owner), api_key=sandbox.api_key)
    assert f"••••{sandbox.api_key[-4:]}" in page
    assert sandbox.api_key not in page


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("wrong", "does not know this API key"),
        ("sandbox-norights-key", "may not do this"),
        ("sandbox-ip-key", "address"),
        ("two words", "one word"),
    ],
)
def test_refused_key_gets_its_sentence(
    key: str,
    sentence: str,
    sandbox: SandboxAccount,
    owner: User,
    client_as: ClientAs,
) -> None:
    page = connect(client_as(owner), api_key=key)
    assert sentence in page
    assert key not in page
    assert not Connection.objects.exists()


def test_wrong_signing_key_is_named_beside_its_field(
    sandbox: SandboxAccount, owner: User, client_as: ClientAs
) -> None:
    page = connect(client_as(owner), api_key=sandbox.api_key, signing_key="wrong")
    assert "Check the signing key" in page
    assert not Connection.objects.exists()


def test_gateway_that_is_down_gets_its_sentence(
    settings: Settings, owner: User, client_as: ClientAs
) -> None:
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
    assert "not reachable" in connect(client_as(owner), api_key="sandbox-a-key")


def test_real_gateway_is_refused_while_debugging(
    settings: Settings, owner: User, client_as: ClientAs
) -> None:
    settings.SEVEN_BASE_URL = "https://gateway.seven.io/api"
    settings.IS_TRIAL = True
    page = connect(client_as(owner), api_key="real")
    assert "SEVEN_ALLOW_REAL_IN_DEBUG" in page


def test_client_refuses_the_real_gateway_while_debugging(
    settings: Settings, connection: Connection
) -> None:
    settings.SEVEN_BASE_URL = "https://gateway.seven.io/api"
    settings.IS_TRIAL = True
    with pytest.raises(Refused) as refused:
        client_for(connection)
    assert refused.value.code == "real_gateway_in_debug"


def test_allowed_real_gateway_gets_a_client(
    settings: Settings, connection: Connection
) -> None:
    settings.SEVEN_BASE_URL = "https://gateway.seven.io/api"
    settings.IS_TRIAL = settings.SEVEN_ALLOW_REAL_IN_DEBUG = True
    assert "gateway.seven.io" in repr(client_for(connection))


def test_same_keys_share_one_client(connection: Connection) -> None:
    assert client_for(connection) is client_for(Connection.objects.get())


def test_another_key_gets_another_client(connection: Connection) -> None:
    before = client_for(connection)
    connection.api_key = "sandbox-other-key"
    connection.save()
    assert client_for(Connection.objects.get()) is not before


def test_empty_signing_key_keeps_the_stored_one(
    sandbox: SandboxAccount, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    connect(client_as(owner), api_key=sandbox.api_key)
    assert Connection.objects.get().signing_key.reveal() == sandbox.signing_key


def test_signing_key_can_be_removed(
    sandbox: SandboxAccount, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    browser = client_as(owner)
    connect(browser, api_key=sandbox.api_key, remove_signing_key="on")
    assert not Connection.objects.get().signing_key


def test_replacing_the_key_keeps_the_webhook_address(
    sandbox: SandboxAccount, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    connect(client_as(owner), api_key="sandbox-second-key", remove_signing_key="on")
    replaced = Connection.objects.get()
    assert replaced.webhook_token == connection.webhook_token
    assert replaced.api_key.reveal() == "sandbox-second-key"


def test_another_account_reopens_final_days(
    sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    Usage.objects.create(
        connection=connection,
        dimension=Usage.Dimension.DATE,
        day="2026-01-01",
        fetched_at="2026-01-05T00:00Z",
        is_final=True,
    )
    connections.connect(
        workspace=connection.workspace,
        actor=owner,
        api_key="sandbox-third-key",
        signing_key="",
    )
    assert not Usage.objects.get().is_final


def test_lists_of_another_account_count_as_not_read_yet(
    sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    schedules.begin(connection)
    Poll.objects.update(succeeded_at="2026-01-01T00:00Z")
    connections.connect(
        workspace=connection.workspace,
        actor=owner,
        api_key="sandbox-fourth-key",
        signing_key="",
    )
    unread = Poll.objects.filter(succeeded_at=None).values_list("kind", flat=True)
    assert set(unread) == {"hooks", "numbers", "offers", "subaccounts"}


def test_connecting_the_same_keys_again_changes_nothing(
    sandbox: SandboxAccount, connection: Connection, workspace: Workspace
) -> None:
    connections.connect(workspace=workspace, actor=None, api_key=sandbox.api_key)
    assert not AuditEntry.objects.exists()


def test_audit_trail_holds_no_key(
    sandbox: SandboxAccount, owner: User, workspace: Workspace
) -> None:
    connections.connect(workspace=workspace, actor=owner, api_key=sandbox.api_key)
    entry = AuditEntry.objects.get()
    assert entry.action == "connection.connect"
    assert sandbox.api_key not in str(entry.after)


def test_disconnecting_forgets_the_keys(
    sandbox: SandboxAccount, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    client_as(owner).post(reverse("accounts:connection_disconnect"))
    assert not Connection.objects.exists()


def test_disconnecting_works_while_the_gateway_is_down(
    settings: Settings, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
    response = client_as(owner).post(
        reverse("accounts:connection_disconnect"), follow=True
    )
    assert "Remove it there" in response.content.decode()
    assert not Connection.objects.exists()


def test_disconnecting_waits_for_a_silent_gateway_once(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    connection: Connection,
    other_workspace: Workspace,
    owner: User,
    client_as: ClientAs,
) -> None:
    monkeypatch.setattr(gateway, "WAITED_FOR_S", 0.2)
    Connection.objects.create(
        workspace=other_workspace, parent=connection, subaccount_id="1"
    )
    stub = Stub().hangs()
    settings.SEVEN_BASE_URL = stub.url
    client_as(owner).post(reverse("accounts:connection_disconnect"))
    assert stub.takes(1) == 1
    stub.close()
    assert not Connection.objects.exists()


def test_balance_is_noted_once_in_five_minutes(connection: Connection) -> None:
    for amount in (Decimal(10), Decimal(9), Decimal(8)):
        connections.note_balance(connection_id=connection.pk, amount=amount)
    assert Connection.objects.get().balance == 8
    assert BalanceReading.objects.count() == 1


def test_balance_of_a_connection_that_is_gone_is_ignored(
    connection: Connection,
) -> None:
    gone = connection.pk
    connection.delete()
    connections.note_balance(connection_id=gone, amount=Decimal(1))
    assert not BalanceReading.objects.exists()


def test_broken_connection_says_why_on_every_page(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    connections.mark_broken(connection_id=connection.pk, code=903)
    page = client_as(owner).get(reverse("accounts:connection")).content.decode()
    assert "may not be used from this server" in page


def test_break_and_recovery_are_recorded_once(connection: Connection) -> None:
    for _again in range(2):
        connections.mark_broken(connection_id=connection.pk, code=900)
    for _again in range(2):
        connections.mark_working(connection_id=connection.pk)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["connection.break", "connection.recover"]


def test_check_of_a_revoked_key_breaks_the_connection(
    sandbox: SandboxAccount, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    Connection.objects.update(api_key="revoked", signing_key="")
    page = client_as(owner).post(reverse("accounts:connection_check"), follow=True)
    assert "does not know this API key" in page.content.decode()
    assert Connection.objects.get().broken_code == 900


def test_unreadable_key_breaks_the_connection_with_a_sentence(
    settings: Settings, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    settings.FIELD_KEYS = ["another"]
    browser = client_as(owner)
    browser.post(reverse("accounts:connection_check"))
    page = browser.get(reverse("accounts:connection")).content.decode()
    assert "FIELD_KEYS" in page
    assert Connection.objects.get().broken_code == Connection.UNREADABLE


def test_rate_is_set(connection: Connection, owner: User, client_as: ClientAs) -> None:
    client_as(owner).post(reverse("accounts:connection_rate"), {"rate_per_s": "50"})
    assert Connection.objects.get().rate_per_s == 50


@pytest.mark.parametrize("rate", ["0", "-1", "many", "99999999"])
def test_impossible_rate_is_refused(
    rate: str, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    client_as(owner).post(reverse("accounts:connection_rate"), {"rate_per_s": rate})
    assert Connection.objects.get().rate_per_s == 10
