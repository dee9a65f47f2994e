"""Connecting by OAuth: what is asked for, and what that changes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import scopes
from accounts.models import AuditEntry, Connection, Poll, SignIn
from accounts.selectors import freshness
from accounts.services import connections, gateway, polls, schedules
from accounts.services.schedules import Claim
from seven_dashboard.gateway.errors import InvalidCredentials
from seven_dashboard.gateway.oauth import SCOPES
from tests.accounts.oauth.conftest import come_back
from tests.accounts.oauth.signing_in import ALL, grant, leave, sign_in
from tests.accounts.oauth.signing_in import connection as stored
from tests.fixtures import SandboxAccount


def test_sign_in_connects_without_a_key(
    browser: Client, sandbox: SandboxAccount
) -> None:
    page = sign_in(browser, sandbox)
    assert "The gateway account is connected" in page
    assert stored().is_by_oauth
    assert not stored().api_key
    assert stored().balance == 1000


def test_page_says_whose_account_it_is(
    browser: Client, sandbox: SandboxAccount
) -> None:
    page = sign_in(browser, sandbox)
    account = sandbox.ask("account")
    assert f"account {account['id']}" in page
    assert account["email"] in page


def test_calls_carry_the_token(browser: Client, sandbox: SandboxAccount) -> None:
    sign_in(browser, sandbox)
    assert gateway.client_for(stored()).balance.get().amount == 1000


def test_challenge_and_state_go_with_the_person(browser: Client) -> None:
    query = parse_qs(urlsplit(leave(browser)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) >= 32
    assert query["redirect_uri"][0].endswith(reverse("accounts:connection_permitted"))


def test_only_what_is_ticked_is_asked_for(
    browser: Client, sandbox: SandboxAccount
) -> None:
    asked = parse_qs(urlsplit(leave(browser, ["voice"])).query)["scope"][0].split()
    assert {"sms", "balance", "voice", "validate_for_voice"} <= set(asked)
    assert not {"numbers", "subaccounts", "contacts", "lookup"} & set(asked)
    page = sign_in(browser, sandbox, uses=["voice"])
    assert "not: Make subaccounts and move credit" in page
    assert "not: Make calls" not in page


def test_what_was_left_out_on_purpose_is_no_trouble(
    browser: Client, sandbox: SandboxAccount
) -> None:
    page = sign_in(browser, sandbox, uses=["voice"])
    schedules.begin(stored())
    claim = Claim(stored().pk, Poll.Kind.SUBACCOUNTS)
    assert polls.run(claim) == "left out"
    assert Poll.objects.get(kind=Poll.Kind.SUBACCOUNTS).failures == 0
    page = come_back(browser, reverse("accounts:connection"))
    assert "does not cover everything" not in page
    assert "does not cover it" in come_back(browser, reverse("accounts:system"))
    fresh = freshness.of(stored(), Poll.Kind.SUBACCOUNTS)
    assert fresh.trouble and "not given the permission" in str(fresh.trouble.sentence)


def test_scope_of_every_polling_can_be_asked_for() -> None:
    assert set(scopes.OF_POLLS) == set(Poll.Kind.values)
    assert set(scopes.OF_POLLS.values()) <= set(scopes.wanted(ALL))


def test_every_scope_of_the_gateway_has_a_use() -> None:
    assert set(scopes.wanted(ALL)) == set(SCOPES)


def test_tokens_and_proofs_are_ciphertext_in_the_database(
    browser: Client, sandbox: SandboxAccount
) -> None:
    leave(browser)
    sign_in(browser, sandbox)
    secrets = [grant().access_token.reveal(), grant().refresh_token.reveal()]
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM accounts_grant")
        rows = cursor.fetchall()
        cursor.execute("SELECT verifier, state_hash FROM accounts_signin")
        assert cursor.fetchone()[0].startswith("gAAAA")
    assert not {text for row in rows for text in row} & set(secrets)


def test_server_without_a_registration_offers_the_key_only(
    browser: Client, settings: Settings
) -> None:
    settings.SEVEN_OAUTH_CLIENT_ID = ""
    page = come_back(browser, reverse("accounts:connection_connect"))
    assert "not registered at seven.io" in page
    answer = browser.post(reverse("accounts:connection_permit"), follow=True)
    assert "SEVEN_OAUTH_CLIENT_ID" in answer.content.decode()


def test_confidential_application_connects(
    browser: Client, sandbox: SandboxAccount, settings: Settings
) -> None:
    settings.SEVEN_OAUTH_CLIENT_SECRET = "seven-dashboard-secret"
    sign_in(browser, sandbox)
    assert stored().is_by_oauth


def test_trail_names_the_account_and_no_token(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    entry = AuditEntry.objects.get(action="connection.permit")
    assert "sms" in entry.after["scopes"]
    assert grant().access_token.reveal() not in str(entry.after)


def test_disconnecting_gives_the_permission_back(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    client = gateway.client_for(stored())
    browser.post(reverse("accounts:connection_disconnect"))
    assert not Connection.objects.exists()
    with pytest.raises(InvalidCredentials):
        client.balance.get()


def test_check_now_works_with_a_permission(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    connections.check(connection=stored())
    assert stored().checked_at


def test_departures_are_forgotten(browser: Client) -> None:
    from accounts.services import cleaning

    leave(browser)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        cleaning.clean()
    assert not SignIn.objects.exists()
