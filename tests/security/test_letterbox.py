"""The letterbox in the hands of strangers, and on our own bad days."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Connection
from messaging.models import WebhookEvent
from messaging.services.letterbox import MAX_BYTES
from tests.messaging.webhooks.conftest import Post, event, post, silent_bell

__all__ = ["post", "silent_bell"]

REPORT = event("dlr", msg_id="77000000001", status="DELIVERED")


def test_key_that_cannot_be_read_is_our_trouble(
    post: Post, connection: Connection, settings: Settings
) -> None:
    key = connection.signing_key.reveal()
    settings.FIELD_KEYS = ["another-key"]
    assert post(REPORT, key=key).status_code == 503


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"X-Forwarded-Prefix": "/elsewhere", "Forwarded": "host=evil.example"},
    ],
)
def test_headers_of_a_proxy_do_not_move_the_signature(
    post: Post, headers: dict[str, str]
) -> None:
    assert post(REPORT, headers=headers).status_code == 200


def test_event_signed_for_another_connection_is_401(
    post: Post, connection: Connection
) -> None:
    signed = post(REPORT).wsgi_request
    headers = {k: v for k, v in signed.headers.items() if k.startswith("X-")}
    Connection.objects.update(webhook_token="another-token")
    answer = Client(headers=headers).post(
        "/webhooks/another-token/", data=signed.body, content_type="application/json"
    )
    assert answer.status_code == 401


def test_letterbox_gives_no_cookie(post: Post) -> None:
    answer = post(REPORT)
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers


def test_declared_size_is_judged_before_the_body_is_read(
    connection: Connection,
) -> None:
    path = f"/webhooks/{connection.webhook_token}/"
    answer = Client().generic("POST", path, b"{}", CONTENT_LENGTH=str(MAX_BYTES + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["X-Signature", "X-Nonce", "X-Timestamp"])
@pytest.mark.parametrize("value", ["", "ä", "0" * 5000, "-1", "9" * 12])
def test_odd_header_is_401(post: Post, name: str, value: str) -> None:
    assert post(REPORT, headers={name: value}).status_code == 401
    assert WebhookEvent.objects.count() == 0
