from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seven_dashboard.sandbox.api import Api
from seven_dashboard.sandbox.http import Request, Response
from seven_dashboard.sandbox.options import Options
from seven_dashboard.sandbox.server import Sandbox

from .conftest import Gateway

SPECIFIED: dict[str, str] = json.loads(
    (Path(__file__).parents[1] / "house" / "operations.json").read_text("utf-8")
)


@pytest.mark.parametrize("operation", sorted(SPECIFIED))
def test_specified_operation_is_answered(gateway: Gateway, operation: str) -> None:
    method, path = SPECIFIED[operation].split()
    answer = gateway.call(method, path.replace("{", "").replace("}", ""))
    is_route_missing = answer.status_code == 404 and "Route" in answer.text
    assert not is_route_missing


def test_defect_is_a_logged_500(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Response] = []

    async def ask() -> None:
        sandbox = Sandbox(Options(), asyncio.get_running_loop())
        sandbox.handle(Request("GET", "/api/balance", {}, b"", ""), answers.append)

    monkeypatch.setattr(Api, "handle", broken)
    # In a thread of its own: the browser tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(ask())).result()
    assert answers[0].status == 500
    assert "GET /api/balance failed" in caplog.text


def broken(*args: object) -> None:
    raise ZeroDivisionError
