"""Pages open at once with the gateway, Redis or the connection away."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Connection, Price, User
from accounts.services import schedules
from tests.fixtures import ClientAs

PAGES = ["overview", "connection", "prices", "team", "audit", "system", "workspace"]


def price(
    connection: Connection, code: str, name: str, prefix: str, **more: str
) -> None:
    values = {"amount": "0.075", "seen_at": "2026-01-01T00:00Z", **more}
    Price.objects.create(
        connection=connection, country=code, country_name=name, prefix=prefix, **values
    )


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_without_a_connection(
    page: str, owner: User, client_as: ClientAs
) -> None:
    assert client_as(owner).get(reverse(f"accounts:{page}")).status_code == 200


@pytest.mark.parametrize("page", ["overview", "connection", "prices", "system"])
def test_page_without_a_connection_leads_to_it(
    page: str, owner: User, client_as: ClientAs
) -> None:
    text = client_as(owner).get(reverse(f"accounts:{page}")).content.decode()
    assert "No gateway account yet" in text
    assert "/account/connection/" in text


@pytest.mark.parametrize("page", PAGES)
def test_page_asks_the_gateway_nothing(
    page: str,
    connection: Connection,
    owner: User,
    client_as: ClientAs,
    settings: Settings,
) -> None:
    schedules.begin(connection)
    settings.SEVEN_BASE_URL = "not an address at all"
    assert client_as(owner).get(reverse(f"accounts:{page}")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_with_unreadable_keys(
    page: str,
    connection: Connection,
    owner: User,
    client_as: ClientAs,
    settings: Settings,
) -> None:
    settings.FIELD_KEYS = ["another"]
    assert client_as(owner).get(reverse(f"accounts:{page}")).status_code == 200


def test_system_page_opens_while_redis_is_away(
    connection: Connection, owner: User, client_as: ClientAs, settings: Settings
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    text = client_as(owner).get(reverse("accounts:system")).content.decode()
    assert "Redis does not answer" in text


def test_refresh_works_while_the_broker_is_away(
    connection: Connection,
    owner: User,
    client_as: ClientAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schedules.begin(connection)
    monkeypatch.setattr(
        "seven_dashboard.celery.app.conf.broker_url", "redis://127.0.0.1:9/0"
    )
    address = reverse("accounts:poll_refresh", kwargs={"kind": "hooks"})
    assert client_as(owner).post(address).status_code == 302


@pytest.mark.parametrize("text", ["germ", "de", "49", "+49", "0049", "Deutschland"])
def test_prices_are_found_by_name_code_and_prefix(
    text: str, connection: Connection, owner: User, client_as: ClientAs
) -> None:
    price(connection, "DE", "Germany", "49")
    price(connection, "FR", "France", "33")
    User.objects.update(language="de")
    page = client_as(owner).get(reverse("accounts:prices"), {"q": text})
    assert [row.country for row in page.context["rows"]] == ["DE"]


def test_country_without_a_default_shows_its_dearest_network(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    price(connection, "DE", "Germany", "49", mcc="262", amount="0.05")
    price(connection, "DE", "Germany", "49", mcc="263", amount="0.09")
    page = client_as(owner).get(reverse("accounts:prices"))
    assert str(page.context["rows"][0].default) == "0.09000"


def test_networks_unfold_as_a_fragment(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    price(connection, "DE", "Germany", "49", mcc="262", network="Telekom")
    address = reverse("accounts:price_networks", kwargs={"key": "DE-49"})
    page = client_as(owner).get(address, headers={"HX-Request": "true"})
    assert "Telekom" in page.content.decode()
    assert "<html" not in page.content.decode()


def test_networks_fold_again(
    connection: Connection, owner: User, client_as: ClientAs
) -> None:
    price(connection, "DE", "Germany", "49", mcc="262", network="Telekom")
    address = reverse("accounts:price_networks", kwargs={"key": "DE-49"})
    page = client_as(owner).get(f"{address}?fold=1", headers={"HX-Request": "true"})
    assert "Telekom" not in page.content.decode()
