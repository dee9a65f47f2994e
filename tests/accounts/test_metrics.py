from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Connection, Poll
from accounts.services import connections, schedules
from accounts.services.schedules import Claim
from seven_dashboard.logs import redact


def metrics(client: Client) -> str:
    return client.get("/metrics").content.decode()


def test_broken_connection_is_counted(connection: Connection, client: Client) -> None:
    connections.mark_broken(connection_id=connection.pk, code=900)
    assert "seven_connections_broken 1.0" in metrics(client)


def test_failing_poll_is_counted(connection: Connection, client: Client) -> None:
    schedules.begin(connection)
    schedules.note_failure(Claim(connection.pk, Poll.Kind.HOOKS), sentence="Down.")
    assert "seven_polls_failing 1.0" in metrics(client)


@pytest.mark.parametrize(
    "path",
    [
        "/workspaces/join/SECRET/",
        "/webhooks/SECRET/",
        "/auth/password/reset/key/SECRET/",
    ],
)
def test_tokens_in_addresses_are_not_logged(path: str) -> None:
    assert "SECRET" not in redact(f"Not Found: {path}")
