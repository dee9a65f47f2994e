"""What a person sees while the database is away."""

from __future__ import annotations

import pytest
from django.db.utils import OperationalError
from django.test import Client, override_settings

from accounts.models import User
from accounts.selectors import memberships


@pytest.fixture
def visitor(owner: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(owner)

    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(memberships, "current", away)
    return client


@pytest.mark.parametrize("is_debug", [True, False])
def test_page_says_that_the_database_is_away(visitor: Client, is_debug: bool) -> None:
    with override_settings(DEBUG=is_debug):
        response = visitor.get("/contacts/")
    assert response.status_code == 503
    assert "The database does not answer" in response.content.decode()
    assert response["Retry-After"] == "5"
    assert "Content-Security-Policy" in response.headers


def test_other_errors_stay_errors(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(memberships, "current", broken)
    assert visitor.get("/contacts/").status_code == 500
