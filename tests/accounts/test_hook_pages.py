"""Webhooks of the account: listed, added, removed, and a test event that arrives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEntry, Connection, GatewayHook, HookCheck, User
from accounts.rights import Right
from accounts.services import hook_checks, hook_edits, hooks
from messaging import bell
from messaging.services import reports
from seven_dashboard.errors import Refused
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs, SandboxAccount

PUBLIC = "https://198.51.100.7/hooks"
FORM = {
    "target_url": "https://1.1.1.1/hooks",
    "event_type": "dlr",
    "request_method": "POST",
    "event_filter": "",
    "headers": "",
}


class TestHookList(ViewAccess):
    url_name, right, methods = "accounts:hook_list", Right.READ, ("get",)


class TestHookCreate(ViewAccess):
    url_name, right = "accounts:hook_create", Right.MANAGE_CONNECTION

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        return {}


class TestHookCheck(ViewAccess):
    url_name, right = "accounts:hook_check", Right.MANAGE_CONNECTION
    method, methods = "post", ("post",)

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        return {}


class TestHookCheckState(ViewAccess):
    url_name, right, methods = "accounts:hook_check_state", Right.READ, ("get",)

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        HookCheck.objects.create(connection=connection)
        return {}


class TestHookDelete(ObjectAccess):
    url_name, right = "accounts:hook_delete", Right.MANAGE_CONNECTION

    @pytest.fixture
    def arguments(self, connection: Connection) -> Arguments:
        hook = GatewayHook.objects.create(
            connection=connection,
            gateway_id="1",
            event_type="dlr",
            target=PUBLIC,
            seen_at=timezone.now(),
        )
        return {"hook_id": hook.pk}


@pytest.fixture
def browser(connection: Connection, owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def add(browser: Client, **more: str) -> tuple[int, str]:
    answer = browser.post(reverse("accounts:hook_create"), {**FORM, **more})
    return answer.status_code, answer.content.decode()


def test_hook_is_added_with_filter_method_and_headers(
    sandbox: SandboxAccount, browser: Client
) -> None:
    status, _page = add(
        browser,
        event_type="sms_mo",
        event_filter="+49 177 1783130",
        headers="Authorization: Bearer abc\nX-Shop: 1",
    )
    assert status == 302
    [hook] = sandbox.client().hooks.all()
    assert (hook.event_type, hook.event_filter) == ("sms_mo", "491771783130")
    assert hook.headers == "Authorization: Bearer abc\nX-Shop: 1"


def test_values_of_headers_are_neither_kept_nor_shown(
    sandbox: SandboxAccount, browser: Client, connection: Connection
) -> None:
    add(browser, headers="Authorization: Bearer top-secret")
    row = GatewayHook.objects.get()
    assert row.header_names == "Authorization"
    page = browser.get(reverse("accounts:hook_list")).content.decode()
    assert "Authorization" in page and "top-secret" not in page
    trail = AuditEntry.objects.get(action="hook.create")
    assert "top-secret" not in str(trail.after)
    assert trail.after["header_names"] == "Authorization"


def test_address_is_ciphertext_on_disk(
    sandbox: SandboxAccount, browser: Client
) -> None:
    add(browser, target_url="https://1.1.1.1/T0K3N")
    kept = GatewayHook.objects.extra(select={"raw": "target"}).get()
    assert kept.raw and "T0K3N" not in kept.raw
    assert kept.address.endswith("T0K3N")


@pytest.mark.parametrize(
    "headers",
    ["Authorization", "X Y: 1", "Host: evil", "X-Signature: 1", "X: \u00e4", ": 1"],
)
def test_header_that_cannot_be_sent_is_refused(browser: Client, headers: str) -> None:
    assert add(browser, headers=headers)[0] == 422


@pytest.mark.parametrize(
    "url", ["http://10.0.0.7/x", "https://localhost/", "http://2130706433/", "x"]
)
def test_internal_address_is_refused_beside_its_field(
    browser: Client, url: str
) -> None:
    status, page = add(browser, target_url=url)
    assert status == 422
    assert "internal network" in page or "whole address" in page


def test_refusal_of_the_gateway_is_a_sentence(
    sandbox: SandboxAccount, browser: Client
) -> None:
    sandbox.ask("faults", scope="all", next=["code-902"])
    assert add(browser)[0] == 422


def test_gateway_down_keeps_what_was_typed(browser: Client, settings: Settings) -> None:
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
    status, page = add(browser)
    assert status == 422
    assert "https://1.1.1.1/hooks" in page


def test_removing_is_in_the_trail_and_at_the_gateway(
    sandbox: SandboxAccount, browser: Client, connection: Connection
) -> None:
    add(browser)
    hook = GatewayHook.objects.get()
    browser.post(reverse("accounts:hook_delete", args=[hook.pk]))
    assert sandbox.client().hooks.all() == []
    entry = AuditEntry.objects.get(action="hook.delete")
    assert entry.before["address"] == "1.1.1.1"


def test_hook_that_is_gone_already_is_removed_without_error(
    sandbox: SandboxAccount, browser: Client, connection: Connection, owner: User
) -> None:
    add(browser)
    hook = GatewayHook.objects.select_related("connection__workspace").get()
    sandbox.client().hooks.delete(hook.gateway_id)
    hook_edits.delete(hook=hook, actor=owner)
    assert not GatewayHook.objects.exists()


def test_row_keeps_its_id_when_the_list_is_fetched_again(
    sandbox: SandboxAccount, browser: Client, connection: Connection
) -> None:
    add(browser)
    before = GatewayHook.objects.get().pk
    hooks.refresh(connection=connection)
    assert GatewayHook.objects.get().pk == before


@pytest.fixture
def public(connection: Connection, settings: Settings) -> Iterator[None]:
    """Serve the dashboard under its public address, in a thread."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        super().handle()
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_test_event_arrives_over_our_public_address(
    public: None, connection: Connection, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "ring", lambda _strike: None)
    check = hook_checks.begin(connection=connection, actor=owner)
    assert hook_checks.post(check.pk) == "posted"
    reports.apply_pending()
    check.refresh_from_db()
    assert check.state == HookCheck.State.ARRIVED
    assert check.took_ms is not None
    connection.refresh_from_db()
    assert connection.last_event_at is None, "it says nothing of the gateway"


def test_test_event_is_sent_once(connection: Connection, owner: User) -> None:
    check = hook_checks.begin(connection=connection, actor=owner)
    HookCheck.objects.update(state=HookCheck.State.POSTED)
    assert hook_checks.post(check.pk) == "gone"


@pytest.mark.parametrize(
    ("url", "reason", "words"),
    [
        ("http://127.0.0.1:9", "refused", "Nobody listens"),
        ("http://name.invalid", "name", "not known"),
    ],
)
def test_address_that_does_not_answer_says_why(
    connection: Connection,
    browser: Client,
    settings: Settings,
    url: str,
    reason: str,
    words: str,
) -> None:
    settings.PUBLIC_URL = url
    check = hook_checks.begin(connection=connection, actor=None)
    hook_checks.post(check.pk)
    check.refresh_from_db()
    assert check.reason == reason
    answer = browser.get(reverse("accounts:hook_check_state"))
    assert answer.status_code == 286
    assert words in answer.content.decode()


def test_connection_without_signing_key_cannot_test(connection: Connection) -> None:
    Connection.objects.update(signing_key="")
    check = hook_checks.begin(connection=connection, actor=None)
    assert hook_checks.post(check.pk) == "failed"


def test_check_that_hangs_is_over_in_the_end(
    connection: Connection, browser: Client
) -> None:
    HookCheck.objects.create(connection=connection)
    ask = reverse("accounts:hook_check_state")
    assert browser.get(ask).status_code == 200
    HookCheck.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    assert browser.get(ask).status_code == 286


def test_hook_of_another_account_cannot_be_removed(
    connection: Connection, stranger: User, client_as: ClientAs
) -> None:
    hook = GatewayHook.objects.create(
        connection=connection,
        gateway_id="1",
        event_type="dlr",
        target=PUBLIC,
        seen_at=timezone.now(),
    )
    address = reverse("accounts:hook_delete", args=[hook.pk])
    assert client_as(stranger).post(address).status_code == 404


def test_unclear_answer_asks_to_look_first(
    sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    sandbox.ask("faults", scope="all", next=["drop-after"])
    wish = hook_edits.Wish(
        target_url=FORM["target_url"], event_type="dlr", request_method="JSON"
    )
    with pytest.raises(Refused) as refused:
        hook_edits.create(connection=connection, actor=owner, wish=wish)
    assert refused.value.code == "unclear"
    assert GatewayHook.objects.filter(event_type="dlr").exists()
