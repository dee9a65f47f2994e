"""A worker that lives but takes no work is noticed and started again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House

PATIENCE_S = 6


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    patience = {"SEVEN_WORKER_DEAF_AFTER_S": str(PATIENCE_S)}
    opened = House(tmp_path, 1, settings=patience)
    try:
        opened.open_queue("sending")
        yield opened
    finally:
        opened.close()


@pytest.mark.faults
def test_worker_that_stopped_listening_is_started_again(house: House) -> None:
    house.errand("ring", "sending")
    house.wait_for(lambda: house.errand("waiting", "sending") == 0, timeout_s=60)
    deaf = house.pid("sending")
    house.errand("deafen", "sending")
    house.errand("ring", "sending")
    house.wait_for(lambda: house.pid("sending") != deaf, timeout_s=60)
    house.wait_for(lambda: house.errand("waiting", "sending") == 0, timeout_s=60)
    assert any("took no work from sending" in line for line in house.news)
