"""A worker that lives but takes no work is noticed and started again."""

from __future__ import annotations

import pytest

from tests.faults.house import House


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
