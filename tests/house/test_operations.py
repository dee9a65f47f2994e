"""All 48 operations of the specification have a client method and a route."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seven_dashboard.gateway.client import OPERATIONS, SevenClient

SPECIFIED: dict[str, str] = json.loads(
    (Path(__file__).parent / "operations.json").read_text(encoding="utf-8")
)


def test_client_offers_every_specified_operation() -> None:
    assert set(OPERATIONS) == set(SPECIFIED)
    assert len(SPECIFIED) == 48


@pytest.mark.parametrize("operation", sorted(SPECIFIED))
def test_operation_has_a_callable_client_method(operation: str) -> None:
    resource, method = OPERATIONS[operation]
    client = SevenClient(base_url="http://127.0.0.1:1/api", api_key="none")
    assert callable(getattr(getattr(client, resource), method))
