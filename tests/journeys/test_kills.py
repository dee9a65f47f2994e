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

from tests.journeys import foreign_gateway, people, processes
from tests.journeys.deadlines import eventually
from tests.journeys.foreign_gateway import Server
from tests.journeys.house import House

pytestmark = [pytest.mark.journey, pytest.mark.faults]

RECIPIENTS = int(os.environ.get("FAULT_RECIPIENTS", "150"))
KILLS = 5 if RECIPIENTS > 1000 else 3
FINISH_S = 600.0 if RECIPIENTS > 1000 else 120.0
# Short waits, so that leases of the dead run out within the time of a test.
HASTE = {
    "GATEWAY_TIMEOUT_S": "2",
    "SENDING_FIRST_LOOK_S": "2",
    "SENDING_SECOND_LOOK_S": "4",
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Server]:
    server = foreign_gateway.serve(drop_share=0.02, latency_s=0.02, seed=3)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def far_house(
    gateway: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house of its own that sends through the foreign gateway."""
    address = f"http://127.0.0.1:{gateway.server_address[1]}/api"
    settings = {"SEVEN_BASE_URL": address, **HASTE}
    made = House(tmp_path_factory.mktemp("far") / "var", settings=settings)
    try:
        yield made.start()
    finally:
        left = made.stop()
    assert left == []


def received(gateway: Server) -> dict[str, int]:
    counts: dict[str, int] = gateway.RequestHandlerClass.world.counts()  # type: ignore[attr-defined]
    return counts


def launch(house: House, folder: Path, slug: str, wanted: list[str]) -> str:
    """Import these numbers and start a campaign to them; return its id."""
    key = ("--api-key", f"foreign-{slug}")
    assert house.command("connect", slug, *key).returncode == 0
    path = str(people.write(folder, wanted))
    imported = house.done("import_contacts", slug, path, "--group", "All", "--wait")
    assert imported["created"] == len(wanted)
    text = ("--text", "Hello {{ firstname }}")
    sent: str = house.done("send_campaign", slug, "--group", "All", *text)["id"]
    return sent


def finished(house: House, campaign: str) -> dict[str, Any]:
    return eventually(
        lambda: house.done("campaign_status", campaign),
        lambda status: status["state"] == "finished",
        timeout_s=FINISH_S,
        what="the campaign does not finish",
    )


def count_of(gateway: Server, wanted: list[str]) -> dict[str, int]:
    """Return what these numbers, and no others, have received."""
    ours = people.digits(wanted)
    return {to: count for to, count in received(gateway).items() if to in ours}


def wait_for_count(gateway: Server, wanted: list[str], enough: int) -> None:
    eventually(
        lambda: len(count_of(gateway, wanted)),
        lambda count: count >= enough,
        timeout_s=120,
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
    far_house: House, gateway: Server, tmp_path: Path
) -> None:
    wanted = people.numbers(RECIPIENTS, block=2)
    campaign = launch(far_house, tmp_path, "killed", wanted)
    for kill in range(1, KILLS + 1):
        wait_for_count(gateway, wanted, RECIPIENTS * kill // (KILLS + 1))
        kill_workers(far_house)
    status = finished(far_house, campaign)
    assert count_of(gateway, wanted) == people.digits(wanted)
    assert sum(status["totals"].values()) == RECIPIENTS
