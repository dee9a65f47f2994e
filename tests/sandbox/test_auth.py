from __future__ import annotations

import time

import pytest
import requests

from seven_dashboard.gateway import signing

from .conftest import JSON, Gateway, fresh


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": "{key}"},
        {"x-api-key": "{key}"},
        {"Authorization": "basic {key}"},
        {"Authorization": "Basic {key}"},
    ],
)
def test_key_opens_in_every_header_spelling(
    gateway: Gateway, headers: dict[str, str]
) -> None:
    given = {name: value.format(key=gateway.key) for name, value in headers.items()}
    url = f"{gateway.base_url}/balance"
    assert requests.get(url, headers=given, timeout=20).text == "1000"


def test_key_opens_as_parameter_p(gateway: Gateway) -> None:
    url = f"{gateway.base_url}/balance"
    assert requests.get(url, params={"p": gateway.key}, timeout=20).text == "1000"


def test_old_login_pair_opens(gateway: Gateway) -> None:
    login = {"u": "demo", "p": "sandbox-demo-key"}
    url = f"{gateway.base_url}/balance"
    assert requests.post(url, data=login, timeout=20).status_code == 404
    assert float(requests.get(url, params=login, timeout=20).text) > 1000


def test_unknown_key_is_a_bare_900_with_status_200(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/balance", headers={"X-Api-Key": "wrong"})
    assert (answer.status_code, answer.text) == (200, "900")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_unknown_key_is_a_quoted_900_when_json_is_wanted(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/balance", headers={"X-Api-Key": "wrong"} | JSON)
    assert (answer.status_code, answer.text) == (200, '"900"')


def test_two_key_headers_are_one_wrong_key(gateway: Gateway) -> None:
    joined = f"{gateway.key}, {gateway.key}"
    assert gateway.text("GET", "/balance", headers={"X-Api-Key": joined}) == "900"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("sandbox-norights-key", "902"),
        ("sandbox-ip-key", "903"),
        ("sandbox-signed-key", "901"),
    ],
)
def test_documented_key_is_turned_away(gateway: Gateway, key: str, code: str) -> None:
    assert gateway.text("GET", "/balance", headers={"X-Api-Key": key}) == code


def test_scope_can_be_taken_from_a_key(gateway: Gateway) -> None:
    gateway.control("/account", scopes=["balance"])
    assert gateway.text("GET", "/balance") == "1000"
    assert gateway.text("POST", "/sms", data={"to": "4917", "text": "x"}) == "902"
    gateway.control("/account", scopes=None)
    assert gateway.text("POST", "/sms", data={"to": "4917", "text": "x"}) == "202"


def signed(gateway: Gateway, key: str, **changes: str) -> dict[str, str]:
    url = f"{gateway.base_url}/balance?json=1"
    headers = signing.signed_headers(key=key, method="GET", url=url, body=b"")
    return {"X-Api-Key": gateway.key} | headers | changes


def test_good_signature_opens(gateway: Gateway) -> None:
    headers = signed(gateway, gateway.signing_key)
    assert "amount" in gateway.text("GET", "/balance?json=1", headers=headers)


def test_demo_key_has_the_documented_signing_key(gateway: Gateway) -> None:
    demo = fresh(gateway.root_url, "sandbox-demo-key")
    headers = signed(demo, "sandbox-demo-signing-key")
    answer = requests.get(
        f"{gateway.base_url}/balance?json=1", headers=headers, timeout=20
    )
    assert "amount" in answer.json()


def test_wrong_signature_is_901(gateway: Gateway) -> None:
    headers = signed(gateway, "another-key")
    assert gateway.text("GET", "/balance?json=1", headers=headers) == '"901"'


def test_replayed_nonce_is_901(gateway: Gateway) -> None:
    headers = signed(gateway, gateway.signing_key)
    gateway.text("GET", "/balance?json=1", headers=headers)
    assert gateway.text("GET", "/balance?json=1", headers=headers) == '"901"'


def test_signature_older_than_thirty_seconds_is_901(gateway: Gateway) -> None:
    headers = signing.signed_headers(
        key=gateway.signing_key,
        method="GET",
        url=f"{gateway.base_url}/balance",
        body=b"",
        timestamp=int(time.time()) - 32,
    )
    assert gateway.text("GET", "/balance", headers=headers) == "901"


def test_unknown_path_is_a_404_object(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/nothing")
    assert answer.status_code == 404
    assert answer.json() == {"code": 404, "message": "Route not found", "errors": []}
