"""The signing key of a connection that has no API key."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Connection
from accounts.services import gateway
from tests.accounts.oauth.signing_in import connection as stored
from tests.accounts.oauth.signing_in import sign_in
from tests.fixtures import SandboxAccount


def post(browser: Client, **values: str) -> str:
    address = reverse("accounts:connection_signing")
    return browser.post(address, values, follow=True).content.decode()


def test_key_that_fits_signs_every_request(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    page = post(browser, signing_key=sandbox.signing_key)
    assert "requests are signed" in page
    sandbox.ask("account", is_signing_required=True)
    assert gateway.client_for(stored()).balance.get().amount == 1000


def test_wrong_key_is_refused_beside_the_field(
    browser: Client, sandbox: SandboxAccount, connection: Connection
) -> None:
    page = post(browser, signing_key="wrong-signing-key")
    assert "rejected our signature" in page
    assert stored().signing_key.reveal() == sandbox.signing_key


def test_text_that_can_be_no_key_is_refused(
    browser: Client, connection: Connection
) -> None:
    assert "A key is one word" in post(browser, signing_key="two words")


def test_removed_key_signs_nothing(browser: Client, connection: Connection) -> None:
    assert "requests go unsigned" in post(browser, remove="1")
    assert not stored().signing_key


def test_change_is_in_the_trail(browser: Client, connection: Connection) -> None:
    post(browser, remove="1")
    entry = AuditEntry.objects.get(action="connection.set_signing_key")
    assert entry.before == {"signing_key_last4": "-key"}
