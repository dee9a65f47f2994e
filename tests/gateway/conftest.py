from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.transport import Repeats

from .stub import Stub

API_KEY = "key-that-nobody-may-see"
# What an answer may take on a busy machine.
PATIENCE_S = 20


@dataclass
class Pauses:
    """Stand in for sleeping, and remember for how long it was asked."""

    taken_s: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.taken_s.append(seconds)


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def client(stub: Stub, pauses: Pauses) -> Iterator[SevenClient]:
    repeats = Repeats(sleep=pauses, rng=random.Random(1))
    with SevenClient(
        base_url=stub.url, api_key=API_KEY, timeout_s=PATIENCE_S, repeats=repeats
    ) as seven:
        yield seven


@pytest.fixture
def hasty(stub: Stub) -> Iterator[SevenClient]:
    """Give a client for answers that never come."""
    with SevenClient(base_url=stub.url, api_key=API_KEY, timeout_s=0.4) as seven:
        yield seven
