"""Numbers that calls come from: asked for, told by the gateway, believed when sure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, User, Workspace
from accounts.rights import Right
from messaging.models import Caller, Campaign
from messaging.services import callers
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.pages.shown import soup, words

NUMBER = "+491711234567"
State = Caller.State


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def caller(browser: Client, connection: Connection, sandbox: SandboxAccount) -> Caller:
    """Return a number that the gateway is calling; the sandbox needs a long while."""
    sandbox.ask("account", report_delay_s=[30, 30])
    browser.post("/callers/new/", {"number": "0171 1234567"})
    return Caller.objects.get()


def tell(caller: Caller, **query: str) -> None:
    address = reverse("messaging:caller_told", args=[caller.token])
    assert Client().get(address, query).status_code == 200
    caller.refresh_from_db()


def test_code_is_shown_to_whom_it_concerns(
    caller: Caller, browser: Client, client_as: ClientAs, reader: User
) -> None:
    assert (caller.number, caller.state, len(caller.code)) == (NUMBER, "waiting", 6)
    assert f"type {caller.code}" in words(browser.get("/callers/"))
    assert caller.code not in words(client_as(reader).get("/callers/"))


def test_callback_is_believed_after_asking_again(caller: Caller) -> None:
    tell(caller, success="1", voice="1")
    assert caller.state == State.ANSWERED
    # Nobody has typed the code: somebody else called that address.
    assert not callers.check(caller.pk)
    caller.refresh_from_db()
    assert caller.state != State.VERIFIED


def test_second_callback_asks_nobody(caller: Caller) -> None:
    assert callers.told(caller.token, is_success=True, reason="")
    assert callers.told(caller.token, is_success=True, reason="") is None


def test_wrong_token_changes_nothing(caller: Caller) -> None:
    assert callers.told("x" * 32, is_success=True, reason="") is None
    caller.refresh_from_db()
    assert caller.state == State.WAITING


def test_failure_is_shown_with_its_reason(caller: Caller, browser: Client) -> None:
    tell(caller, success="0", error="The code was not entered.")
    assert caller.state == State.FAILED
    assert "The code was not entered." in words(browser.get("/callers/"))


def test_number_whose_code_was_typed_is_verified(
    browser: Client, connection: Connection, sandbox: SandboxAccount
) -> None:
    sandbox.ask("account", report_delay_s=[0, 0])
    browser.post("/callers/new/", {"number": NUMBER})
    caller = Caller.objects.get()
    client = sandbox.client()
    while not client.voice.validate_number(NUMBER.lstrip("+")).is_valid:
        pass
    tell(caller, success="1")
    assert callers.check(caller.pk)


def test_number_is_not_called_twice_in_a_minute(
    caller: Caller, browser: Client
) -> None:
    answer = browser.post("/callers/new/", {"number": NUMBER})
    assert "Wait a minute" in words(answer, "#id_number_error")
    Caller.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    before = caller.token
    browser.post("/callers/new/", {"number": NUMBER})
    caller.refresh_from_db()
    assert caller.token != before


def test_proposals_are_own_and_verified_numbers(
    browser: Client, connection: Connection, sandbox: SandboxAccount, caller: Caller
) -> None:
    Caller.objects.update(state=State.VERIFIED)
    shown = browser.get("/callers/options/").content.decode()
    assert f'<option value="{NUMBER}">' in shown


class TestCallerList(ViewAccess):
    url_name, right, methods = "messaging:caller_list", Right.READ, ("get",)


class TestCallerRows(ViewAccess):
    url_name, right, methods = "messaging:caller_rows", Right.READ, ("get",)

    @pytest.fixture(autouse=True)
    def waiting(self, workspace: Workspace) -> None:
        Caller.objects.create(
            workspace=workspace, number=NUMBER, asked_at=timezone.now()
        )


class TestSenderOptions(ViewAccess):
    url_name, right, methods = "messaging:sender_options", Right.SEND, ("get",)


class TestCallerCreate(ViewAccess):
    url_name, right = "messaging:caller_create", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


class TestCallerDelete(ObjectAccess):
    url_name, right = "messaging:caller_delete", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        row = Caller.objects.create(
            workspace=workspace, number=NUMBER, asked_at=timezone.now()
        )
        return {"caller_id": row.pk}


def later(caller: Caller, **ago: float) -> Caller:
    """Return a number that has been in its state for a while, after the sweep."""
    Caller.objects.update(changed_at=timezone.now() - timedelta(**ago))
    callers.sweep()
    caller.refresh_from_db()
    return caller


def test_callback_whose_bell_was_lost_is_checked_by_the_sweep(caller: Caller) -> None:
    tell(caller, success="1", voice="1")
    assert later(caller, seconds=5).state == State.ANSWERED
    assert later(caller, minutes=1).state != State.ANSWERED


def test_code_that_nobody_tells_of_is_waited_for_a_while_only(
    caller: Caller, browser: Client
) -> None:
    assert later(caller, minutes=5).state == State.WAITING
    assert later(caller, minutes=11).state == State.FAILED
    shown = browser.get("/callers/")
    assert "not told whether the code was typed" in words(shown)
    assert "Ask again" in words(shown, "button")


def test_try_whose_process_died_ends(caller: Caller) -> None:
    Caller.objects.update(state=State.ASKING)
    assert later(caller, minutes=5).state == State.FAILED


def test_person_may_say_that_the_code_was_typed(
    caller: Caller, browser: Client, sandbox: SandboxAccount
) -> None:
    assert "I have typed it" in words(browser.get("/callers/"), "button")
    Caller.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    sandbox.ask("account", report_delay_s=[0, 0])

    def is_verified() -> bool:
        Caller.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
        browser.post("/callers/new/", {"number": caller.number})
        caller.refresh_from_db()
        return caller.state == State.VERIFIED

    assert any(is_verified() for _ in range(200))


def test_agents_of_the_account_are_proposed_beside_those_used(
    client_as: ClientAs,
    sender_member: User,
    connection: Connection,
    sandbox: SandboxAccount,
) -> None:
    Campaign.objects.create(
        workspace=connection.workspace, name="X", channel="rcs", sender="older"
    )
    sandbox.ask("account", agent_id="bakery")
    address = reverse("messaging:sender_options")
    page = soup(client_as(sender_member).get(address))
    assert [o["value"] for o in page.select("#agents option")] == ["bakery", "older"]


def test_gateway_without_a_list_of_agents_leaves_those_used(
    client_as: ClientAs,
    sender_member: User,
    connection: Connection,
    sandbox: SandboxAccount,
) -> None:
    Campaign.objects.create(
        workspace=connection.workspace, name="X", channel="rcs", sender="older"
    )
    sandbox.ask("faults", scope="all", random={"503": 1})
    address = reverse("messaging:sender_options")
    page = soup(client_as(sender_member).get(address))
    assert [o["value"] for o in page.select("#agents option")] == ["older"]
