"""Who comes back from the gateway, with what, and who is turned away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Connection, Membership, Role, SignIn, User, Workspace
from accounts.services import gateway
from tests.accounts.oauth.conftest import come_back
from tests.accounts.oauth.signing_in import connection as stored
from tests.accounts.oauth.signing_in import grant, leave, permit
from tests.fixtures import ClientAs, SandboxAccount

UNKNOWN = "did not begin in this browser"


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
