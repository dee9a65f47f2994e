"""One click makes the gateway post its events to us."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts import alert_words
from accounts.models import Alert, Connection, GatewayHook, Poll, User
from accounts.selectors import hooks as selected
from accounts.services import account_alerts, hooks
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs, SandboxAccount

REGISTER = "accounts:hook_register"


def targets(sandbox: SandboxAccount) -> list[str]:
    return [hook.target_url for hook in sandbox.client().hooks.all()]


def test_click_registers_our_address(
    sandbox: SandboxAccount, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    client_as(owner).post(reverse(REGISTER))
    assert targets(sandbox) == [hooks.webhook_url(connection)]


def test_second_click_registers_nothing(
    sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    for _again in range(2):
        hooks.register(connection=connection, actor=owner)
    assert len(targets(sandbox)) == 1


def test_moved_server_replaces_its_old_address(
    sandbox: SandboxAccount, connection: Connection, owner: User, settings: Settings
) -> None:
    hooks.register(connection=connection, actor=owner)
    settings.PUBLIC_URL = "http://127.0.0.1:9999"
    hooks.register(connection=connection, actor=owner)
    assert targets(sandbox) == [hooks.webhook_url(connection)]


def test_hook_for_one_number_alone_is_replaced(
    sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    url = hooks.webhook_url(connection)
    gateway = sandbox.client().hooks
    gateway.create(target_url=url, event_type="all", event_filter="491771783130")
    hooks.refresh(connection=connection)
    assert not selected.health(connection).is_registered
    hooks.register(connection=connection, actor=owner)
    assert [hook.event_filter or "" for hook in gateway.all()] == [""]


def test_foreign_hooks_stay(
    sandbox: SandboxAccount, connection: Connection, owner: User
) -> None:
    sandbox.client().hooks.create(
        target_url="http://127.0.0.1:1/other", event_type="dlr"
    )
    hooks.register(connection=connection, actor=owner)
    assert "http://127.0.0.1:1/other" in targets(sandbox)


def test_health_knows_ours_moved_and_others(
    sandbox: SandboxAccount, connection: Connection
) -> None:
    ours = hooks.webhook_url(connection)
    moved = f"http://127.0.0.1:1/webhooks/{connection.webhook_token}/"
    for url in (ours, moved, "http://127.0.0.1:1/other"):
        sandbox.client().hooks.create(target_url=url, event_type="all")
    hooks.refresh(connection=connection)
    health = selected.health(connection)
    found = [h.address for h in (*health.listed, *health.moved, *health.others)]
    assert found == [ours, moved, "http://127.0.0.1:1/other"]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"is_enabled": False}, "The webhook is switched off"),
        ({"event_type": "dlr"}, "The webhook brings only a part of the events"),
        ({"target": "http://127.0.0.1:1/other"}, "The webhook is missing"),
    ],
    ids=["off", "partial", "missing"],
)
def test_alert_says_what_the_webhook_lacks(
    sandbox: SandboxAccount,
    connection: Connection,
    owner: User,
    changes: dict[str, object],
    title: str,
) -> None:
    hooks.register(connection=connection, actor=owner)
    account_alerts.watch()
    assert not Alert.objects.exists()
    GatewayHook.objects.update(**changes)
    account_alerts.watch()
    assert alert_words.write(Alert.objects.get()).title == title


def test_page_says_that_the_gateway_has_lost_our_hook(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    Poll.objects.create(
        connection=connection,
        kind=Poll.Kind.HOOKS,
        due_at="2026-01-01T00:00Z",
        succeeded_at="2026-01-01T00:00Z",
    )
    page = client_as(owner).get(reverse("accounts:connection")).content.decode()
    assert 'data-status="missing"' in page


def test_page_warns_of_missing_signing_key(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    Connection.objects.update(signing_key="")
    GatewayHook.objects.create(
        connection=connection,
        gateway_id="1",
        event_type="all",
        target=hooks.webhook_url(connection),
        seen_at="2026-01-01T00:00Z",
    )
    page = client_as(owner).get(reverse("accounts:connection")).content.decode()
    assert "forged" in page


def test_other_hooks_show_their_host_without_the_path(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    GatewayHook.objects.create(
        connection=connection,
        gateway_id="1",
        event_type="dlr",
        target="https://user:pw@shop.example/secret-path",
        seen_at="2026-01-01T00:00Z",
    )
    page = client_as(owner).get(reverse("accounts:hook_list")).content.decode()
    assert "shop.example" in page
    assert "secret-path" not in page
    assert "pw@" not in page


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://10.0.0.7", "http://web", "https://a.local"]
)
def test_private_address_is_not_registered_at_the_real_gateway(
    url: str, connection: Connection, owner: User, settings: Settings
) -> None:
    settings.SEVEN_BASE_URL = "https://gateway.seven.io/api"
    settings.PUBLIC_URL = url
    with pytest.raises(Refused) as refused:
        hooks.register(connection=connection, actor=owner)
    assert refused.value.code == "public_url"


def test_gateway_down_is_a_sentence(
    connection: Connection, owner: User, client_as: ClientAs, settings: Settings
) -> None:
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
    response = client_as(owner).post(reverse(REGISTER), follow=True)
    assert "not reachable" in response.content.decode()
