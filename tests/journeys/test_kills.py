"""Processes die, the gateway goes away: everybody still gets exactly one message.

At a gateway that is not ours, which loses some of its answers. The full measure of the
issue: FAULT_RECIPIENTS=2000 pytest tests/journeys/test_kills.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seven_dashboard.embedded import book
from tests.journeys import foreign_gateway, people, processes
from tests.journeys.deadlines import eventually
from tests.journeys.house import House

pytestmark = [pytest.mark.journey, pytest.mark.faults]

RECIPIENTS = int(os.environ.get("FAULT_RECIPIENTS", "150"))
SLUG = "far"
KILLS = 5 if RECIPIENTS > 1000 else 3
FINISH_S = 600.0 if RECIPIENTS > 1000 else 120.0
# Short waits, so that leases of the dead run out within the time of a test.
HASTE = {
    "SEVEN_GATEWAY_TIMEOUT_S": "2",
    "SEVEN_SENDING_FIRST_LOOK_S": "2",
    "SEVEN_SENDING_SECOND_LOOK_S": "4",
    "SEVEN_JOURNAL_LAG_S": "10",
}


class Gateway:
    """A gateway that is not ours, and that can go away and come back."""

    def __init__(self) -> None:
        # None that the kernel gives to whoever calls out: it is to be free again.
        self.port = book.free_port()
        self.server = foreign_gateway.serve(
            self.port, drop_share=0.02, latency_s=0.02, seed=3
        )
        self.world: foreign_gateway.World = self.server.RequestHandlerClass.world  # type: ignore[attr-defined]

    def go_away(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def come_back(self) -> None:
        """Listen again at the old address, with all that was received before."""
        self.server = foreign_gateway.serve(self.port, known=self.world)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.go_away()


@pytest.fixture(scope="module")
def far_house(
    gateway: Gateway, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house of its own that sends through the foreign gateway."""
    address = f"http://127.0.0.1:{gateway.port}/api"
    settings = {"SEVEN_BASE_URL": address, **HASTE}
    made = House(tmp_path_factory.mktemp("far") / "var", settings=settings)
    try:
        made.start()
        made.done("connect", SLUG, "--api-key", "a-key-of-the-foreign-gateway")
        yield made
    finally:
        left = made.stop()
    assert left == []


def launch(house: House, folder: Path, wanted: list[str]) -> str:
    """Import these numbers and start a campaign to them; return its id."""
    path, group = str(people.write(folder, wanted)), ("--group", wanted[0])
    imported = house.done("import_contacts", SLUG, path, *group, "--wait")
    assert imported["created"] == len(wanted)
    text = ("--text", "Hello {{ firstname }}")
    sent: str = house.done("send_campaign", SLUG, *group, *text)["id"]
    return sent


def finished(
    house: House, gateway: Gateway, campaign: str, wanted: list[str]
) -> dict[str, Any]:
    # Asking the gateway costs nothing, a command half of a core for two seconds.
    wait_for_count(gateway, wanted, len(wanted))
    return eventually(
        lambda: house.done("campaign_status", campaign),
        lambda status: status["state"] == "finished",
        timeout_s=FINISH_S,
        what="the campaign does not finish",
    )


def count_of(gateway: Gateway, wanted: list[str]) -> dict[str, int]:
    """Return what these numbers, and no others, have received."""
    ours = people.digits(wanted)
    return {to: count for to, count in gateway.world.counts().items() if to in ours}


def wait_for_count(gateway: Gateway, wanted: list[str], enough: int) -> None:
    eventually(
        lambda: len(count_of(gateway, wanted)),
        lambda count: count >= enough,
        timeout_s=FINISH_S,
        what="sending does not go on",
    )


def kill_workers(house: House) -> None:
    """Kill every process of every worker and wait for their successors."""
    old = house.workers()
    assert old
    processes.kill_all(old)
    dead = {process.pid for process in old}
    eventually(
        lambda: {process.pid for process in house.workers()} - dead,
        lambda born: len(born) >= 3,
        what="workers do not come back",
    )


def test_killed_workers_send_to_everybody_once(
    far_house: House, gateway: Gateway, tmp_path: Path
) -> None:
    wanted = people.numbers(RECIPIENTS, block=2)
    campaign = launch(far_house, tmp_path, wanted)
    for kill in range(1, KILLS + 1):
        wait_for_count(gateway, wanted, RECIPIENTS * kill // (KILLS + 1))
        kill_workers(far_house)
    status = finished(far_house, gateway, campaign, wanted)
    assert count_of(gateway, wanted) == people.digits(wanted)
    assert sum(status["totals"].values()) == RECIPIENTS


def test_campaign_outlives_a_gateway_that_is_away(
    far_house: House, gateway: Gateway, tmp_path: Path
) -> None:
    wanted = people.numbers(30, block=6)
    gateway.go_away()
    try:
        campaign = launch(far_house, tmp_path, wanted)
        status = eventually(
            lambda: far_house.done("campaign_status", campaign),
            lambda found: found["state"] == "sending",
            what="the campaign does not begin",
        )
        assert status["settled"] == 0
    finally:
        gateway.come_back()
    status = finished(far_house, gateway, campaign, wanted)
    assert count_of(gateway, wanted) == people.digits(wanted)
    assert sum(status["totals"].values()) == len(wanted)


def test_campaign_outlives_a_killed_queue_server(
    far_house: House, gateway: Gateway, tmp_path: Path
) -> None:
    wanted = people.numbers(60, block=7)
    campaign = launch(far_house, tmp_path, wanted)
    wait_for_count(gateway, wanted, 10)
    running = processes.of_folder(far_house.var)
    servers = [process for process in running if "redis-server" in process.command]
    assert servers
    processes.kill_all(servers)
    finished(far_house, gateway, campaign, wanted)
    assert count_of(gateway, wanted) == people.digits(wanted)
