from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from .conftest import PHONE, Gateway

REDIRECT = "http://127.0.0.1:9/callback"
CLIENT = "seven-dashboard"
VERIFIER = "v" * 64


def challenge() -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def ask(gateway: Gateway, **changes: str) -> requests.Response:
    params = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "state": "s-1",
        "scope": "sms balance",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    } | changes
    return gateway.session.get(
        f"{gateway.root_url}/oauth/authorize",
        params={name: value for name, value in params.items() if value},
        allow_redirects=False,
        timeout=20,
    )


def landed(answer: requests.Response) -> dict[str, list[str]]:
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def code_for(gateway: Gateway, **changes: str) -> str:
    return landed(ask(gateway, approve=gateway.key, **changes))["code"][0]


def token(gateway: Gateway, **form: str) -> requests.Response:
    url = f"{gateway.root_url}/oauth/token"
    return gateway.session.post(url, data={"client_id": CLIENT} | form, timeout=20)


def exchange(gateway: Gateway, code: str, **changes: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return token(gateway, **form | changes)


def refresh(gateway: Gateway, refresh_token: str) -> requests.Response:
    return token(gateway, grant_type="refresh_token", refresh_token=refresh_token)


@pytest.fixture
def tokens(gateway: Gateway) -> dict[str, Any]:
    found: dict[str, Any] = exchange(gateway, code_for(gateway)).json()
    return found


def with_bearer(gateway: Gateway, secret: str, path: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {secret}"}
    url = f"{gateway.root_url}{path}"
    return gateway.session.get(url, headers=headers, timeout=20)


def test_person_is_asked_on_a_page(gateway: Gateway) -> None:
    page = ask(gateway).text
    assert f"Allow {CLIENT} to use your account?" in page
    assert 'value="sandbox-demo-key"' in page


def test_consent_returns_code_and_state(gateway: Gateway) -> None:
    form = {"client_id": CLIENT, "redirect_uri": REDIRECT, "state": "s-1"}
    answer = gateway.session.post(
        f"{gateway.root_url}/oauth/authorize",
        data=form | {"response_type": "code", "key": gateway.key, "allow": "1"},
        allow_redirects=False,
        timeout=20,
    )
    assert set(landed(answer)) == {"code", "state"}


def test_refusal_returns_access_denied(gateway: Gateway) -> None:
    query = landed(ask(gateway, approve="nonsense"))
    assert (query["error"], query["state"]) == (["access_denied"], ["s-1"])


@pytest.mark.parametrize(
    "changes", [{"client_id": ""}, {"redirect_uri": "javascript:"}]
)
def test_bad_request_is_never_redirected(
    gateway: Gateway, changes: dict[str, str]
) -> None:
    assert ask(gateway, **changes).status_code == 400


def test_code_becomes_tokens(tokens: dict[str, Any]) -> None:
    assert list(tokens) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "token_type",
        "scope",
    ]
    assert (tokens["expires_in"], tokens["token_type"]) == (3600, "Bearer")
    assert tokens["scope"] == "sms balance"


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "wrong"}, {"code_verifier": ""}, {"redirect_uri": "http://x/"}],
)
def test_code_without_its_proof_is_refused(
    gateway: Gateway, changes: dict[str, str]
) -> None:
    answer = exchange(gateway, code_for(gateway), **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_code_works_once(gateway: Gateway) -> None:
    code = code_for(gateway)
    exchange(gateway, code)
    assert exchange(gateway, code).status_code == 400


@pytest.mark.parametrize(("secret", "status"), [("-secret", 200), ("-wrong", 400)])
def test_confidential_client_needs_its_secret(
    gateway: Gateway, secret: str, status: int
) -> None:
    code = code_for(gateway, code_challenge="", code_challenge_method="")
    answer = exchange(gateway, code, client_secret=CLIENT + secret)
    assert answer.status_code == status


def test_bearer_opens_the_api(gateway: Gateway, tokens: dict[str, Any]) -> None:
    answer = with_bearer(gateway, tokens["access_token"], "/api/balance")
    assert answer.text == "1000"


def test_missing_scope_is_a_403(gateway: Gateway, tokens: dict[str, Any]) -> None:
    answer = with_bearer(gateway, tokens["access_token"], "/api/pricing")
    assert (answer.status_code, answer.text) == (403, "902")


def test_expired_token_is_900(gateway: Gateway, tokens: dict[str, Any]) -> None:
    gateway.control("/oauth/expire", kind="access")
    answer = with_bearer(gateway, tokens["access_token"], "/api/balance")
    assert answer.text == "900"


def test_refresh_rotates_and_the_old_one_ends_everything(
    gateway: Gateway, tokens: dict[str, Any]
) -> None:
    renewed = refresh(gateway, tokens["refresh_token"]).json()
    assert renewed["refresh_token"] != tokens["refresh_token"]
    assert refresh(gateway, tokens["refresh_token"]).status_code == 400
    assert refresh(gateway, renewed["refresh_token"]).status_code == 400


def test_revoked_consent_ends_every_token(
    gateway: Gateway, tokens: dict[str, Any]
) -> None:
    assert gateway.control("/oauth/expire", kind="revoke")["ended"] == 2
    assert refresh(gateway, tokens["refresh_token"]).status_code == 400


def test_me_has_the_published_keys(gateway: Gateway, tokens: dict[str, Any]) -> None:
    me = with_bearer(gateway, tokens["access_token"], "/oauth/me").json()
    assert list(me) == ["success", "user_id", "alias", "email", "company", "balance"]
    assert me["balance"] == "1000.0000"
    assert isinstance(me["user_id"], int)


def test_bearer_sends(gateway: Gateway, tokens: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    data = {"to": PHONE, "text": "x"}
    url = f"{gateway.base_url}/sms"
    answer = gateway.session.post(url, data=data, headers=headers, timeout=20)
    assert answer.text == "100"
