from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.errors import (
    GatewayUnavailable,
    GrantRejected,
    MissingPermission,
    UnclearOutcome,
)
from seven_dashboard.gateway.oauth import SCOPES, OAuth, Pkce

from .conftest import PATIENCE_S
from .stub import Stub

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TOKENS = {
    "access_token": "AAA",
    "expires_in": 3600,
    "refresh_token": "RRR",
    "token_type": "Bearer",
    "scope": "sms balance",
}
REDIRECT = "https://dashboard.example.org/oauth/done/"


@pytest.fixture
def oauth(stub: Stub) -> OAuth:
    return OAuth(
        base_url=stub.url,
        client_id="app",
        timeout_s=PATIENCE_S,
        clock=NOW.timestamp,
    )


def test_authorize_url_carries_the_challenge_and_not_the_verifier(
    oauth: OAuth, stub: Stub
) -> None:
    pkce = Pkce.new()
    url = oauth.authorize_url(redirect_uri=REDIRECT, state="st", pkce=pkce)
    digest = hashlib.sha256(pkce.verifier.encode()).digest()
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "state": "st",
        "scope": " ".join(SCOPES),
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    assert url.startswith(stub.url)


def test_each_proof_is_new_and_long_enough() -> None:
    first, second = Pkce.new(), Pkce.new()
    assert first.verifier != second.verifier
    assert 43 <= len(first.verifier) <= 128
    assert first.verifier not in repr(first)


def test_code_is_exchanged_with_the_verifier(oauth: OAuth, stub: Stub) -> None:
    stub.answers(TOKENS)
    pkce = Pkce("v" * 43)
    tokens = oauth.exchange("code", redirect_uri=REDIRECT, pkce=pkce)
    assert stub.last.form == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": REDIRECT,
        "client_id": "app",
        "code_verifier": pkce.verifier,
    }
    assert tokens.access_token.reveal() == "AAA"
    assert tokens.scopes == {"sms", "balance"}
    assert tokens.expires_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert "AAA" not in repr(tokens)


def test_confidential_application_proves_itself(stub: Stub) -> None:
    stub.answers(TOKENS | {"scope": ["sms"]})
    oauth = OAuth(base_url=stub.url, client_id="app", client_secret="shh")
    tokens = oauth.refresh(Secret("OLD"))
    assert stub.last.form == {
        "grant_type": "refresh_token",
        "refresh_token": "OLD",
        "client_id": "app",
        "client_secret": "shh",
    }
    assert tokens.scopes == {"sms"}


def test_refresh_replaces_the_refresh_token(oauth: OAuth, stub: Stub) -> None:
    stub.answers(TOKENS)
    renewed = oauth.refresh(Secret("OLD")).refresh_token
    assert renewed is not None
    assert renewed.reveal() == "RRR"


def test_refresh_without_a_new_one_keeps_the_old(oauth: OAuth, stub: Stub) -> None:
    stub.answers({"access_token": "AAA"})
    tokens = oauth.refresh(Secret("OLD"))
    assert tokens.refresh_token is not None
    assert tokens.refresh_token.reveal() == "OLD"
    assert tokens.expires_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_ended_grant_asks_for_a_person(oauth: OAuth, stub: Stub, status: int) -> None:
    error = {"error": "invalid_grant", "error_description": "Token revoked"}
    stub.answers(error, status=status)
    with pytest.raises(GrantRejected) as caught:
        oauth.refresh(Secret("OLD"))
    assert caught.value.detail == "Token revoked"
    assert caught.value.is_permanent
    assert len(stub.received) == 1


def test_lost_answer_to_a_refresh_is_unclear_and_not_repeated(
    oauth: OAuth, stub: Stub
) -> None:
    stub.hangs_up()
    with pytest.raises(UnclearOutcome):
        oauth.refresh(Secret("OLD"))
    assert len(stub.received) == 1


@pytest.mark.parametrize("code", ["", "a b", "a\nb", "\u00e4", "a" * 5000])
def test_code_that_can_be_none_is_not_redeemed(
    oauth: OAuth, stub: Stub, code: str
) -> None:
    with pytest.raises(GrantRejected):
        oauth.exchange(code, redirect_uri=REDIRECT, pkce=Pkce.new())
    assert stub.received == []


def test_life_beyond_reason_is_cut(oauth: OAuth, stub: Stub) -> None:
    stub.answers(TOKENS | {"expires_in": 10**17})
    assert oauth.refresh(Secret("OLD")).expires_at.year == 2036


@pytest.mark.parametrize("token", ["", "a b", None, {}])
def test_answer_without_a_token_is_unclear(
    oauth: OAuth, stub: Stub, token: object
) -> None:
    stub.answers({"access_token": token, "refresh_token": "RRR"})
    with pytest.raises(UnclearOutcome):
        oauth.refresh(Secret("OLD"))


def test_server_that_is_down_can_be_asked_again(oauth: OAuth, stub: Stub) -> None:
    stub.answers("", status=503)
    with pytest.raises(GatewayUnavailable):
        oauth.refresh(Secret("OLD"))


def test_me_tells_whose_account_it_is(oauth: OAuth, stub: Stub) -> None:
    stub.answers(
        {
            "success": True,
            "user_id": 12,
            "alias": None,
            "email": "jo@example.org",
            "company": "Jo Ltd",
            "balance": "44.631",
        }
    )
    identity = oauth.me(Secret("AAA"))
    assert (identity.user_id, identity.email) == (12, "jo@example.org")
    assert identity.balance == Decimal("44.631")
    assert stub.last.headers["Authorization"] == "Bearer AAA"


def test_missing_scope_is_told(oauth: OAuth, stub: Stub) -> None:
    stub.answers("", status=403)
    with pytest.raises(MissingPermission):
        oauth.me(Secret("AAA"))
