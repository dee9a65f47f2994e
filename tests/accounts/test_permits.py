"""Connecting by OAuth: who comes back, with what, and what that changes."""

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
from accounts.models import (
    AuditEntry,
    Connection,
    Grant,
    Membership,
    Poll,
    Role,
    SignIn,
    User,
    Workspace,
)
from accounts.selectors import freshness
from accounts.services import connections, gateway, polls, schedules
from accounts.services.schedules import Claim
from seven_dashboard.gateway.errors import InvalidCredentials
from seven_dashboard.gateway.oauth import SCOPES
from tests.accounts.signing_in import ALL, grant, leave, permit, sign_in
from tests.accounts.signing_in import connection as stored
from tests.fixtures import ClientAs, SandboxAccount

UNKNOWN = "did not begin in this browser"


@pytest.fixture
def browser(owner: User, client_as: ClientAs, sandbox: SandboxAccount) -> Client:
    return client_as(owner)


def come_back(browser: Client, address: str) -> str:
    return browser.get(address, follow=True).content.decode()


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


def test_forged_state_is_refused(browser: Client, sandbox: SandboxAccount) -> None:
    back = permit(leave(browser), sandbox)
    back.query["state"] = "forged"
    assert UNKNOWN in come_back(browser, back.address)
    assert not Connection.objects.exists()


def test_return_without_a_departure_is_refused(browser: Client) -> None:
    address = reverse("accounts:connection_permitted")
    assert UNKNOWN in come_back(browser, f"{address}?code=c&state=s")
    assert UNKNOWN in come_back(browser, f"{address}?code=c")


def test_return_is_good_once(browser: Client, sandbox: SandboxAccount) -> None:
    back = permit(leave(browser), sandbox)
    come_back(browser, back.address)
    version = grant().version
    assert UNKNOWN in come_back(browser, back.address)
    assert grant().version == version


def test_state_that_is_replayed_within_the_session_is_refused(
    browser: Client, sandbox: SandboxAccount
) -> None:
    back = permit(leave(browser), sandbox)
    come_back(browser, back.address)
    session = browser.session
    session["sign_in_state"] = back.query["state"]
    session.save()
    assert UNKNOWN in come_back(browser, back.address)


def test_code_that_was_used_elsewhere_is_refused(
    browser: Client, sandbox: SandboxAccount
) -> None:
    first = permit(leave(browser), sandbox)
    come_back(browser, first.address)
    second = permit(leave(browser), sandbox)
    second.query["code"] = first.query["code"]
    assert "did not accept the sign-in" in come_back(browser, second.address)
    assert gateway.client_for(stored()).balance.get().amount == 1000


def test_other_persons_return_is_refused(
    browser: Client, sandbox: SandboxAccount, stranger: User, client_as: ClientAs
) -> None:
    back = permit(leave(browser), sandbox)
    assert UNKNOWN in come_back(client_as(stranger), back.address)
    assert not Connection.objects.exists()


def test_departure_of_somebody_else_is_refused_even_with_its_state(
    browser: Client, sandbox: SandboxAccount, stranger: User, client_as: ClientAs
) -> None:
    back = permit(leave(browser), sandbox)
    thief = client_as(stranger)
    thief.get("/account/")
    session = thief.session
    session["sign_in_state"] = back.query["state"]
    session.save()
    assert UNKNOWN in come_back(thief, back.address)
    assert not Connection.objects.exists()


def test_return_into_another_workspace_is_refused(
    browser: Client, sandbox: SandboxAccount, owner: User, other_workspace: Workspace
) -> None:
    Membership.objects.create(workspace=other_workspace, user=owner, role=Role.OWNER)
    back = permit(leave(browser), sandbox)
    browser.post(reverse("accounts:workspace_switch"), {"workspace": "garage"})
    assert "began in another workspace" in come_back(browser, back.address)
    assert not Connection.objects.exists()


def test_late_return_is_refused(browser: Client, sandbox: SandboxAccount) -> None:
    back = permit(leave(browser), sandbox)
    SignIn.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert UNKNOWN in come_back(browser, back.address)


def test_refusal_at_the_gateway_changes_nothing(
    browser: Client, sandbox: SandboxAccount
) -> None:
    back = permit(leave(browser), sandbox, key="nobody")
    assert "was not given the permission" in come_back(browser, back.address)
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("invalid_scope", "Tick less"),
        ("unauthorized_client", "SEVEN_OAUTH_CLIENT_ID"),
        ("temporarily_unavailable", "Try again later"),
        ("<script>evil", "was not given the permission"),
    ],
)
def test_refusal_says_who_can_do_what(
    word: str, sentence: str, browser: Client
) -> None:
    page = come_back(
        browser, f"{reverse('accounts:connection_permitted')}?error={word}"
    )
    assert sentence in page
    assert "evil" not in page


def test_gateway_that_is_away_changes_nothing(
    browser: Client, sandbox: SandboxAccount, settings: Settings
) -> None:
    back = permit(leave(browser), sandbox)
    settings.SEVEN_OAUTH_URL = "http://127.0.0.1:9/oauth"
    assert "not reachable" in come_back(browser, back.address)
    assert not Connection.objects.exists()


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


class TestConnectingAgain:
    def test_same_account_keeps_what_is_known_of_it(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        sign_in(browser, sandbox)
        since, token = stored().keys_changed_at, stored().webhook_token
        sign_in(browser, sandbox)
        assert stored().keys_changed_at == since
        assert stored().webhook_token == token
        assert grant().version == 2

    def test_other_account_is_another_journal(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        sign_in(browser, sandbox)
        since = stored().keys_changed_at
        sign_in(browser, sandbox, key=f"{sandbox.api_key[:-4]}-other-key")
        changed = stored().keys_changed_at
        assert since and changed and changed > since

    def test_signing_key_of_the_account_stays(
        self, browser: Client, sandbox: SandboxAccount, connection: Connection
    ) -> None:
        sign_in(browser, sandbox)
        assert stored().signing_key.reveal() == sandbox.signing_key

    def test_signing_key_of_another_account_goes(
        self, browser: Client, sandbox: SandboxAccount, connection: Connection
    ) -> None:
        sign_in(browser, sandbox, key=f"{sandbox.api_key[:-4]}-other-key")
        assert not stored().signing_key
        assert stored().balance == 1000

    def test_key_takes_the_place_of_the_permission(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        sign_in(browser, sandbox)
        keys = {"api_key": sandbox.api_key}
        browser.post(reverse("accounts:connection_connect"), keys)
        assert not stored().is_by_oauth
        assert not Grant.objects.exists()

    def test_missing_use_is_not_ticked_before(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        sign_in(browser, sandbox, uses=["voice"])
        form = browser.get(reverse("accounts:connection_connect")).context[
            "permit_form"
        ]
        assert form.initial["uses"] == ["account", "sms", "voice"]


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


class TestSigning:
    def post(self, browser: Client, **values: str) -> str:
        address = reverse("accounts:connection_signing")
        return browser.post(address, values, follow=True).content.decode()

    def test_key_that_fits_signs_every_request(
        self, browser: Client, sandbox: SandboxAccount
    ) -> None:
        sign_in(browser, sandbox)
        page = self.post(browser, signing_key=sandbox.signing_key)
        assert "requests are signed" in page
        sandbox.ask("account", is_signing_required=True)
        assert gateway.client_for(stored()).balance.get().amount == 1000

    def test_wrong_key_is_refused_beside_the_field(
        self, browser: Client, sandbox: SandboxAccount, connection: Connection
    ) -> None:
        page = self.post(browser, signing_key="wrong-signing-key")
        assert "rejected our signature" in page
        assert stored().signing_key.reveal() == sandbox.signing_key

    def test_text_that_can_be_no_key_is_refused(
        self, browser: Client, connection: Connection
    ) -> None:
        assert "A key is one word" in self.post(browser, signing_key="two words")

    def test_removed_key_signs_nothing(
        self, browser: Client, connection: Connection
    ) -> None:
        assert "requests go unsigned" in self.post(browser, remove="1")
        assert not stored().signing_key

    def test_change_is_in_the_trail(
        self, browser: Client, connection: Connection
    ) -> None:
        self.post(browser, remove="1")
        entry = AuditEntry.objects.get(action="connection.set_signing_key")
        assert entry.before == {"signing_key_last4": "-key"}


def test_departures_are_forgotten(browser: Client) -> None:
    from accounts.services import cleaning

    leave(browser)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        cleaning.clean()
    assert not SignIn.objects.exists()
