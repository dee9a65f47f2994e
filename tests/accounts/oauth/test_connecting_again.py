"""Signing in where a connection is already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections as databases
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Connection, Grant
from accounts.services import permits
from tests.accounts.oauth.signing_in import connection as stored
from tests.accounts.oauth.signing_in import grant, sign_in
from tests.fixtures import SandboxAccount


def test_same_account_keeps_what_is_known_of_it(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    since, token = stored().keys_changed_at, stored().webhook_token
    sign_in(browser, sandbox)
    assert stored().keys_changed_at == since
    assert stored().webhook_token == token
    assert grant().version == 2


@pytest.mark.django_db(transaction=True)
def test_no_renewal_comes_between_the_tokens_of_before_and_the_new_ones(
    permitted: Connection,
) -> None:
    def is_held() -> bool:
        try:
            with transaction.atomic():
                free = Grant.objects.select_for_update(no_key=True, skip_locked=True)
                return not free.all()
        finally:
            databases.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        permits._rows(permitted.workspace)
        assert pool.submit(is_held).result()


def test_other_account_is_another_journal(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    since = stored().keys_changed_at
    sign_in(browser, sandbox, key=f"{sandbox.api_key[:-4]}-other-key")
    changed = stored().keys_changed_at
    assert since and changed and changed > since


def test_signing_key_of_the_account_stays(
    browser: Client, sandbox: SandboxAccount, connection: Connection
) -> None:
    sign_in(browser, sandbox)
    assert stored().signing_key.reveal() == sandbox.signing_key


def test_signing_key_of_another_account_goes(
    browser: Client, sandbox: SandboxAccount, connection: Connection
) -> None:
    sign_in(browser, sandbox, key=f"{sandbox.api_key[:-4]}-other-key")
    assert not stored().signing_key
    assert stored().balance == 1000


def test_key_takes_the_place_of_the_permission(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox)
    keys = {"api_key": sandbox.api_key}
    browser.post(reverse("accounts:connection_connect"), keys)
    assert not stored().is_by_oauth
    assert not Grant.objects.exists()


def test_missing_use_is_not_ticked_before(
    browser: Client, sandbox: SandboxAccount
) -> None:
    sign_in(browser, sandbox, uses=["voice"])
    form = browser.get(reverse("accounts:connection_connect")).context["permit_form"]
    assert form.initial["uses"] == ["account", "sms", "voice"]
