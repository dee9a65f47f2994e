"""Tokens are renewed ahead of their end, by one worker at a time, and none is lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections as databases
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import tasks
from accounts.models import Connection, Grant, Poll, User, Workspace
from accounts.services import connections, gateway, grants, oauth, polls, schedules
from accounts.services.schedules import Claim
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.oauth import Pkce
from tests.accounts.signing_in import connection as stored
from tests.accounts.signing_in import grant, permit, sign_in
from tests.fixtures import ClientAs, SandboxAccount
from tests.gateway.stub import Stub


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def permitted(browser: Client, sandbox: SandboxAccount) -> Connection:
    """Return a connection by OAuth to the account of `sandbox`."""
    sign_in(browser, sandbox)
    return stored()


@pytest.fixture
def stub(settings: Settings, permitted: Connection) -> Iterator[Stub]:
    """Give a sign-in server that does what the test says, after the real sign-in."""
    server = Stub()
    settings.SEVEN_OAUTH_URL = server.url
    settings.GATEWAY_TIMEOUT_S = 1
    yield server
    server.close()


def change(**values: object) -> None:
    Grant.objects.update(**values)


def run_out() -> None:
    """Let the access token end, by our clock and at the gateway."""
    change(expires_at=timezone.now(), renew_at=timezone.now())


def balance() -> int:
    return int(gateway.client_for(stored()).balance.get().amount)


def refusal() -> str:
    with pytest.raises(Refused) as caught:
        gateway.client_for(stored())
    return caught.value.code


def test_token_is_renewed_ahead_of_its_end(permitted: Connection) -> None:
    life = grant().expires_at - grant().renewed_at
    left = grant().expires_at - grant().renew_at
    assert life * 0.14 < left < life * 0.31
    assert grants.due() == []
    change(renew_at=timezone.now())
    assert grants.due() == [permitted.pk]


def test_worker_renews_what_is_due(permitted: Connection) -> None:
    old = grant()
    change(renew_at=timezone.now())
    assert tasks.renew_grant(str(permitted.pk)) == {"outcome": "done"}
    assert grant().version == old.version + 1
    assert grant().refresh_token.reveal() != old.refresh_token.reveal()
    assert balance() == 1000


def test_second_worker_finds_it_done(permitted: Connection) -> None:
    change(renew_at=timezone.now())
    grants.renew(permitted.pk)
    assert grants.renew(permitted.pk) == "taken"


def test_token_that_has_run_out_is_renewed_before_a_call(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    sandbox.ask("oauth/expire", kind="access")
    run_out()
    assert balance() == 1000
    assert grant().version == 2


def test_call_with_a_refused_token_has_the_next_one_renewed(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    sandbox.ask("oauth/expire", kind="access")
    change(renewed_at=timezone.now() - timedelta(minutes=1))
    schedules.begin(permitted)
    claim = Claim(permitted.pk, Poll.Kind.BALANCE)
    assert polls.run(claim) == "failed"
    assert not stored().is_broken
    assert polls.run(claim) == "done"


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


@pytest.mark.django_db(transaction=True)
def test_four_at_once_renew_one_time(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    sandbox.ask("oauth/expire", kind="access")
    run_out()

    def ask(_number: int) -> int:
        try:
            return balance()
        finally:
            databases.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [1000] * 4
    assert grant().version == 2
    # A refresh token that was shown twice would have ended the permission by now.
    run_out()
    assert balance() == 1000


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


class TestDoubt:
    """A renewal left us, and nobody knows whether the refresh token is used up."""

    def test_lost_answer_leaves_the_access_token_in_use(
        self, permitted: Connection, stub: Stub
    ) -> None:
        stub.hangs_up()
        change(renew_at=timezone.now())
        assert grants.renew(permitted.pk) == "waiting"
        assert grant().is_in_doubt
        assert grant().renew_at >= grant().expires_at
        assert balance() == 1000

    def test_used_refresh_token_is_not_shown_again_before_it_must(
        self, permitted: Connection, stub: Stub
    ) -> None:
        stub.hangs_up()
        change(renew_at=timezone.now())
        grants.renew(permitted.pk)
        change(renew_at=timezone.now())
        assert grants.due() == []
        assert grants.renew(permitted.pk) == "taken"
        assert len(stub.received) == 1

    def test_crash_after_the_answer_leaves_its_claim(
        self, permitted: Connection
    ) -> None:
        change(
            renewing_since=timezone.now() - timedelta(minutes=2),
            renew_at=timezone.now() - timedelta(minutes=2),
        )
        assert grants.due() == []
        assert balance() == 1000
        assert grant().version == 1

    def test_page_says_that_it_may_end(
        self, permitted: Connection, browser: Client
    ) -> None:
        change(renewing_since=timezone.now() - timedelta(minutes=2))
        page = browser.get(reverse("accounts:connection")).content.decode()
        assert "The permission may end soon" in page

    def test_refresh_token_is_tried_once_the_access_token_is_out(
        self, permitted: Connection
    ) -> None:
        change(renewing_since=timezone.now() - timedelta(minutes=2))
        run_out()
        assert balance() == 1000
        assert not grant().is_in_doubt

    def test_refresh_token_that_was_used_up_ends_in_a_sentence(
        self, permitted: Connection, sandbox: SandboxAccount
    ) -> None:
        old = grant()
        change(renew_at=timezone.now())
        grants.renew(permitted.pk)
        # As if the answer had never been stored.
        change(
            access_token=old.access_token,
            refresh_token=old.refresh_token,
            renewing_since=timezone.now() - timedelta(minutes=2),
        )
        run_out()
        assert refusal() == "grant_ended"

    def test_claim_of_another_is_waited_for_and_not_repeated(
        self, permitted: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(grants, "WAIT_S", 0.2)
        run_out()
        change(renewing_since=timezone.now())
        assert refusal() == "grant_waiting"
        assert grant().version == 1


@pytest.mark.django_db(transaction=True)
def test_renewal_inside_a_transaction_is_no_renewal(permitted: Connection) -> None:
    run_out()
    with pytest.raises(RuntimeError), transaction.atomic():
        gateway.client_for(permitted)
    assert balance() == 1000


def test_tokens_of_a_sign_in_meanwhile_stay(
    permitted: Connection, browser: Client, sandbox: SandboxAccount
) -> None:
    held = grant()
    tokens = oauth.server().refresh(Secret(held.refresh_token.reveal()))
    sign_in(browser, sandbox)
    newer = grant().access_token.reveal()
    grants.store(held, tokens)
    assert grant().access_token.reveal() == newer


def test_end_of_the_permission_before_leaves_a_newer_one_alone(
    permitted: Connection, browser: Client, sandbox: SandboxAccount
) -> None:
    held = grant()
    sandbox.ask("oauth/expire", kind="revoke")
    sign_in(browser, sandbox)
    # The answer of a renewal that was under way comes last.
    with pytest.raises(Refused) as caught:
        grants._renewed(held)
    assert caught.value.code == "grant_waiting"
    assert not stored().is_broken
    assert balance() == 1000


def test_missing_scope_is_a_sentence_and_a_button(
    browser: Client, permitted: Connection, sandbox: SandboxAccount
) -> None:
    pkce = Pkce.new()
    url = oauth.server().authorize_url(
        redirect_uri=oauth.redirect_uri(), state="s", pkce=pkce, scopes=["sms"]
    )
    code = permit(url, sandbox).query["code"]
    narrow = oauth.server().exchange(code, redirect_uri=oauth.redirect_uri(), pkce=pkce)
    grants.store(grant(), narrow)
    schedules.begin(permitted)
    assert polls.run(Claim(permitted.pk, Poll.Kind.HOOKS)) == "failed"
    assert not stored().is_broken
    page = browser.get(reverse("accounts:connection")).content.decode()
    assert "does not cover everything" in page
    assert "Connect again" in page


def test_log_never_shows_a_token(
    permitted: Connection, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    with caplog.at_level(logging.DEBUG):
        change(renew_at=timezone.now())
        grants.renew(permitted.pk)
        settings.SEVEN_OAUTH_URL = "http://127.0.0.1:9/o"
        run_out()
        refusal()
    shown = caplog.text + str([vars(record) for record in caplog.records])
    assert grant().access_token.reveal() not in shown
    assert grant().refresh_token.reveal() not in shown


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
