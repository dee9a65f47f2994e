"""A connection by OAuth, and what becomes of its tokens."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Connection, Grant, User
from accounts.services import gateway
from seven_dashboard.errors import Refused
from tests.accounts.oauth.signing_in import connection as stored
from tests.accounts.oauth.signing_in import sign_in
from tests.fixtures import ClientAs, SandboxAccount


@pytest.fixture
def browser(owner: User, client_as: ClientAs, sandbox: SandboxAccount) -> Client:
    return client_as(owner)


@pytest.fixture
def permitted(browser: Client, sandbox: SandboxAccount) -> Connection:
    """Return a connection by OAuth to the account of `sandbox`."""
    sign_in(browser, sandbox)
    return stored()


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


def come_back(browser: Client, address: str) -> str:
    return browser.get(address, follow=True).content.decode()
