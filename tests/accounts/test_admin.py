"""The admin is for superusers and shows no secret."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Connection, User
from tests.fixtures import ClientAs

LISTS = [
    "user",
    "workspace",
    "connection",
    "gatewayhook",
    "invitation",
    "poll",
    "auditentry",
]


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("operator@x.example")


@pytest.mark.parametrize("name", LISTS)
def test_superuser_sees_the_list(
    name: str, operator: User, client_as: ClientAs
) -> None:
    address = reverse(f"admin:accounts_{name}_changelist")
    assert client_as(operator).get(address).status_code == 200


def test_staff_without_superuser_stays_out(owner: User, client_as: ClientAs) -> None:
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    response = client_as(owner).get(reverse("admin:index"))
    assert response.status_code in {302, 403}


def test_connection_shows_no_key_and_no_webhook_address(
    connection: Connection, api_key: str, operator: User, client_as: ClientAs
) -> None:
    address = reverse("admin:accounts_connection_change", args=[connection.pk])
    page = client_as(operator).get(address).content.decode()
    assert api_key not in page
    assert "gAAAA" not in page
    assert connection.webhook_token not in page
