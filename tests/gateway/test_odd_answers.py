"""Whatever the gateway answers, a caller meets a result or a GatewayError."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seven_dashboard.gateway.answers import Answer, read_answer
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError
from seven_dashboard.gateway.transport import Call, Repeats, Transport

from . import samples
from .test_requests import CALLS

SAMPLES: list[dict[str, object]] = [
    value for value in vars(samples).values() if isinstance(value, dict) and value
]
NAMES = sorted(
    {name for sample in SAMPLES for name in sample if isinstance(name, str)}
    | {"success", "messages", "deleted", "hooks", "data", "pagingMetadata", "code"}
    | {"error", "amount", "activeNumbers", "availableNumbers", "subaccount", "ID"}
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["100", "101", "202", "900", "true", "0", "2026-01-02", "NaN"])
)
ODD = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)
BODIES = st.binary(max_size=64) | ODD.map(lambda value: json.dumps(value).encode())


@pytest.fixture(scope="module")
def bodies() -> Iterator[list[bytes]]:
    """Hold the one body that every call of the module's client is answered with."""
    held: list[bytes] = [b""]

    def attempt(
        transport: Transport, call: Call, **_patience: float
    ) -> Answer | GatewayError:
        return read_answer(held[0], operation=call.operation)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "_attempt", attempt)
        yield held


@pytest.mark.parametrize("operation", sorted(CALLS))
@settings(
    max_examples=25,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(body=BODIES)
def test_odd_answer_is_a_result_or_a_gateway_error(
    bodies: list[bytes], operation: str, body: bytes
) -> None:
    bodies[0] = body
    client = SevenClient(
        base_url="http://127.0.0.1:1", api_key="k", repeats=Repeats(attempts=1)
    )
    with client, suppress(GatewayError):
        CALLS[operation][0](client)
