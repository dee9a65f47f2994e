"""A permission that ended, or only seems to: who is told, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection, User, Workspace
from accounts.services import connections, errands, gateway, grants, subaccounts
from seven_dashboard.errors import Refused
from tests.accounts.oauth.conftest import balance, change, refusal, run_out
from tests.accounts.oauth.signing_in import connection as stored
from tests.accounts.oauth.signing_in import grant, sign_in
from tests.fixtures import SandboxAccount


def test_late_refusal_of_the_token_before_ends_nothing(permitted: Connection) -> None:
    connections.mark_broken(connection_id=permitted.pk, code=900)
    assert grant().is_usable(timezone.now())
    assert not stored().is_broken


def test_fresh_tokens_that_are_refused_again_and_again_break_it(
    permitted: Connection,
) -> None:
    for _ in range(4):
        change(
            renewed_at=timezone.now() - timedelta(minutes=1),
            expires_at=timezone.now() + timedelta(hours=1),
        )
        connections.mark_broken(connection_id=permitted.pk, code=900)
    assert stored().broken_code == Connection.GRANT_ENDED


def test_act_whose_token_is_refused_may_be_asked_for_again(
    permitted: Connection, sandbox: SandboxAccount, owner: User
) -> None:
    errand = subaccounts.create(
        workspace=permitted.workspace, actor=owner, name="A", email="a@b.de", token="a"
    )
    sandbox.ask("oauth/expire", kind="revoke")
    change(renewed_at=timezone.now() - timedelta(minutes=1))
    assert errands.run(errand.pk) == "failed"
    errand.refresh_from_db()
    assert "Try again" in errand.reason
    assert not stored().is_broken


def test_withdrawn_permission_breaks_the_connection(
    permitted: Connection, sandbox: SandboxAccount, browser: Client
) -> None:
    sandbox.ask("oauth/expire", kind="revoke")
    run_out()
    assert refusal() == "grant_ended"
    assert stored().broken_code == Connection.GRANT_ENDED
    page = browser.get(reverse("accounts:connection")).content.decode()
    assert "ended the permission" in page
    assert "Connect again" in page


def test_check_speaks_of_the_permission_and_of_no_key(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    sandbox.ask("oauth/expire", kind="revoke")
    change(renewed_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="refuses the permission"):
        connections.check(connection=permitted)
    with pytest.raises(Refused, match="ended the permission"):
        connections.check(connection=permitted)
    assert stored().is_broken


def test_ended_permission_is_not_asked_for_again(
    permitted: Connection, sandbox: SandboxAccount, settings: Settings
) -> None:
    Connection.objects.update(
        state=Connection.State.BROKEN, broken_code=Connection.GRANT_ENDED
    )
    settings.SEVEN_OAUTH_URL = "not an address"
    assert refusal() == "grant_ended"


def test_expired_refresh_token_breaks_the_connection(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    sandbox.ask("oauth/expire", kind="all")
    run_out()
    assert grants.renew(permitted.pk) == "ended"
    assert stored().is_broken


def test_signing_in_again_makes_it_whole(
    permitted: Connection, sandbox: SandboxAccount, browser: Client
) -> None:
    sandbox.ask("oauth/expire", kind="revoke")
    run_out()
    refusal()
    sign_in(browser, sandbox)
    assert not stored().is_broken
    assert balance() == 1000


def test_server_that_is_away_breaks_nothing(
    permitted: Connection, settings: Settings
) -> None:
    url, settings.SEVEN_OAUTH_URL = settings.SEVEN_OAUTH_URL, "http://127.0.0.1:9/o"
    run_out()
    assert refusal() == "grant_waiting"
    assert not stored().is_broken
    settings.SEVEN_OAUTH_URL = url
    assert refusal() == "grant_waiting"
    change(renew_at=timezone.now())
    assert balance() == 1000


def test_our_own_wrong_registration_ends_no_permission(
    permitted: Connection, settings: Settings
) -> None:
    settings.SEVEN_OAUTH_CLIENT_SECRET = "wrong"
    run_out()
    assert refusal() == "grant_waiting"
    assert not stored().is_broken
    settings.SEVEN_OAUTH_CLIENT_SECRET = ""
    change(renew_at=timezone.now())
    assert balance() == 1000


def test_end_of_the_permission_before_leaves_a_newer_one_alone(
    permitted: Connection, browser: Client, sandbox: SandboxAccount
) -> None:
    held = grant()
    sandbox.ask("oauth/expire", kind="revoke")
    sign_in(browser, sandbox)
    # The answer of a renewal that was under way comes last.
    assert grants._renewed(held) is None
    assert not stored().is_broken
    assert balance() == 1000


def test_refusal_of_a_worker_that_lost_its_claim_ends_nothing(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    held, now = grant(), timezone.now()
    held.renewing_since = now - timedelta(minutes=2)
    # Another worker renews the same tokens by now, and its answer is still to come.
    change(renewing_since=now)
    sandbox.ask("oauth/expire", kind="revoke")
    assert grants._renewed(held) is None
    assert not stored().is_broken
    assert grant().renewing_since == now


class TestSubaccounts:
    """Workspaces that act as subaccounts live on the permission of the main account."""

    @pytest.fixture
    def child(self, permitted: Connection, other_workspace: Workspace) -> Connection:
        return Connection.objects.create(
            workspace=other_workspace, parent=permitted, subaccount_id="123"
        )

    def test_refused_token_of_a_subaccount_breaks_nothing(
        self, child: Connection
    ) -> None:
        change(renewed_at=timezone.now() - timedelta(minutes=1))
        connections.mark_broken(connection_id=child.pk, code=900)
        child.refresh_from_db()
        assert not child.is_broken
        assert not grant().is_usable(timezone.now())

    def test_ended_permission_breaks_them_too(
        self, child: Connection, sandbox: SandboxAccount
    ) -> None:
        sandbox.ask("oauth/expire", kind="revoke")
        run_out()
        with pytest.raises(Refused):
            gateway.client_for(child)
        child.refresh_from_db()
        assert child.broken_code == Connection.GRANT_ENDED
