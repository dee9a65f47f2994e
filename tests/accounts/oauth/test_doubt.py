"""A renewal left us, and nobody knows whether the refresh token is used up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection
from accounts.services import grants
from tests.accounts.oauth.conftest import balance, change, refusal, run_out
from tests.accounts.oauth.signing_in import grant
from tests.fixtures import SandboxAccount
from tests.gateway.stub import Stub


@pytest.fixture
def stub(settings: Settings, permitted: Connection) -> Iterator[Stub]:
    """Give a sign-in server that does what the test says, after the real sign-in."""
    server = Stub()
    settings.SEVEN_OAUTH_URL = server.url
    settings.GATEWAY_TIMEOUT_S = 1
    yield server
    server.close()


def test_lost_answer_leaves_the_access_token_in_use(
    permitted: Connection, stub: Stub
) -> None:
    stub.hangs_up()
    change(renew_at=timezone.now())
    assert grants.renew(permitted.pk) == "waiting"
    assert grant().is_in_doubt
    assert grant().renew_at >= grant().expires_at
    assert balance() == 1000


def test_used_refresh_token_is_not_shown_again_before_it_must(
    permitted: Connection, stub: Stub
) -> None:
    stub.hangs_up()
    change(renew_at=timezone.now())
    grants.renew(permitted.pk)
    change(renew_at=timezone.now())
    assert grants.due() == []
    assert grants.renew(permitted.pk) == "taken"
    assert len(stub.received) == 1


def test_crash_after_the_answer_leaves_its_claim(permitted: Connection) -> None:
    change(
        renewing_since=timezone.now() - timedelta(minutes=2),
        renew_at=timezone.now() - timedelta(minutes=2),
    )
    assert grants.due() == []
    assert balance() == 1000
    assert grant().version == 1


def test_page_says_that_it_may_end(permitted: Connection, browser: Client) -> None:
    change(renewing_since=timezone.now() - timedelta(minutes=2))
    page = browser.get(reverse("accounts:connection")).content.decode()
    assert "The permission may end soon" in page


def test_refresh_token_is_tried_once_the_access_token_is_out(
    permitted: Connection,
) -> None:
    change(renewing_since=timezone.now() - timedelta(minutes=2))
    run_out()
    assert balance() == 1000
    assert not grant().is_in_doubt


def test_refresh_token_that_was_used_up_ends_in_a_sentence(
    permitted: Connection, sandbox: SandboxAccount
) -> None:
    old = grant()
    change(renew_at=timezone.now())
    grants.renew(permitted.pk)
    # As if the answer had never been stored.
    change(
        access_token=old.access_token,
        refresh_token=old.refresh_token,
        renewing_since=timezone.now() - timedelta(minutes=2),
    )
    run_out()
    assert refusal() == "grant_ended"


def test_claim_of_another_is_waited_for_and_not_repeated(
    permitted: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "WAIT_S", 0.2)
    run_out()
    change(renewing_since=timezone.now())
    assert refusal() == "grant_waiting"
    assert grant().version == 1
