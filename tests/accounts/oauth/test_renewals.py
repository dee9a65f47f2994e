"""Tokens are renewed ahead of their end, by one worker at a time, and none is lost."""

from __future__ import annotations

import logging
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
from accounts.models import Connection, Poll
from accounts.services import gateway, grants, oauth, polls, schedules
from accounts.services.schedules import Claim
from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.oauth import Pkce
from tests.accounts.oauth.conftest import balance, change, refusal, run_out
from tests.accounts.oauth.signing_in import connection as stored
from tests.accounts.oauth.signing_in import grant, permit, sign_in
from tests.fixtures import SandboxAccount


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
