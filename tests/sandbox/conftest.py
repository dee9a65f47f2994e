from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import requests

from seven_dashboard.sandbox import process
from seven_dashboard.sandbox.accounts import signing_key_of

from .receiver import Receiver

JSON = {"Accept": "application/json"}
PHONE = "491716992343"


@dataclass
class Gateway:
    """A caller of the sandbox with an account of its own."""

    root_url: str
    key: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def base_url(self) -> str:
        return f"{self.root_url}/api"

    @property
    def signing_key(self) -> str:
        return signing_key_of(self.key)

    def call(self, method: str, path: str, **given: Any) -> requests.Response:
        headers = {"X-Api-Key": self.key} | given.pop("headers", {})
        url = f"{self.base_url}{path}"
        return self.session.request(method, url, headers=headers, timeout=20, **given)

    def text(self, method: str, path: str, **given: Any) -> str:
        return self.call(method, path, **given).text

    def json(self, method: str, path: str, **given: Any) -> Any:
        return self.call(method, path, headers=JSON, **given).json()

    def sms(self, to: str = PHONE, text: str = "HI2U!", **given: Any) -> Any:
        data = {"to": to, "text": text, **given}
        return self.json("POST", "/sms", data=data)

    def control(self, path: str, **values: Any) -> Any:
        url = f"{self.root_url}/_sandbox{path}"
        if values:
            answer = self.session.post(url, json={"key": self.key} | values, timeout=20)
        else:
            answer = self.session.get(url, params={"key": self.key}, timeout=20)
        return answer.json()

    def handsets(self) -> dict[str, int]:
        counts: dict[str, int] = self.control("/handsets")["recipients"]
        return counts

    def hook(self, url: str, event_type: str = "all", method: str = "JSON") -> int:
        data = {"target_url": url, "event_type": event_type, "request_method": method}
        number: int = self.json("POST", "/hooks", data=data)["id"]
        return number


def fresh(root_url: str, key: str = "") -> Gateway:
    return Gateway(root_url, key or f"sandbox-{uuid4().hex}-key")


@pytest.fixture(scope="session")
def running() -> Iterator[process.Handle]:
    handle = process.start(
        "--report-delay-s", "0.05:0.1", "--time-scale", "0.001", "--hang-s", "30"
    )
    yield handle
    handle.stop()


@pytest.fixture
def gateway(running: process.Handle) -> Iterator[Gateway]:
    caller = fresh(running.root_url)
    yield caller
    caller.session.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()
