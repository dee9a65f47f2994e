"""Kill everything at random instants, at a gateway that lies; then count there.

The short form runs with the other tests. ``FAULTS=long`` is ``make faults``: 5,000
rows and at least 20 kills. ``FAULTS_SEED`` repeats a run.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import House

IS_LONG = os.environ.get("FAULTS") == "long"
SEED = int(os.environ.get("FAULTS_SEED") or 20261123)
ROWS = 5000 if IS_LONG else 400
RATE = 60 if IS_LONG else 30
KILLS = 24 if IS_LONG else 6
END_S = 900 if IS_LONG else 200

SEND_FAULTS = {
    "drop-before": 0.03,
    "drop-after": 0.04,
    "hang-before": 0.005,
    "hang-after": 0.005,
    "garbage-after": 0.02,
    "garbage-before": 0.01,
    "503": 0.02,
    "503-after": 0.01,
    "429": 0.02,
    "500-status": 0.01,
    "502": 0.01,
    "code-600": 0.01,
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path, SEED)
    try:
        opened.open("--report-delay-s", "0.2:2", "--no-fates", "--time-scale", "0.02")
        yield opened
    finally:
        opened.close()


def make_trouble(house: House) -> None:
    house.sandbox("faults", random=SEND_FAULTS, seed=SEED, hang_s=6, retry_after_s=1)
    house.sandbox(
        "webhook-plan",
        drop_share=0.3,
        duplicate_share=0.2,
        shuffle_s=1,
        report_before_answer=True,
        seed=SEED,
    )


def kill_at_random(house: House) -> None:
    kinds = [
        lambda: house.kill("sending"),
        lambda: house.kill_child("sending"),
        lambda: house.kill("interactive"),
        lambda: house.kill_server("redis"),
        lambda: house.kill_server("postgres"),
        lambda: house.kill("web"),
        lambda: house.kill("sending"),
        lambda: house.kill("beat"),
    ]
    for number in range(KILLS):
        time.sleep(house.random.uniform(0.5, 4.0))
        kinds[number % len(kinds)]()


def wait_until_settled(house: House, campaign_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + END_S
    while True:
        status = house.status(campaign_id)
        finals = {"delivered", "undelivered", "expired", "refused", "skipped"}
        is_final = set(status["totals"]) <= finals
        if status["state"] == "finished" and is_final:
            return status
        if time.monotonic() > deadline:
            rows = house.errand("open_rows", campaign_id)
            raise AssertionError(f"{status}\n{house.kills}\n{rows}")
        time.sleep(1)


def wait_until_priced(house: House, campaign_id: str) -> dict[str, Any]:
    """Wait for the prices of messages that only a report had told us of."""
    deadline = time.monotonic() + 60
    while True:
        totals: dict[str, Any] = house.errand("totals", campaign_id)
        if not totals["unpriced"] or time.monotonic() > deadline:
            return totals


@pytest.mark.faults
def test_every_recipient_gets_exactly_one_message(house: House) -> None:
    house.errand("seed", str(ROWS), str(RATE))
    make_trouble(house)
    started = house.manage(
        *("send_campaign", "bakery", "--group", "Customers"),
        *("--text", "Hello {{ firstname }}", "--json"),
    )
    campaign_id = json.loads(started.splitlines()[-1])["id"]
    kill_at_random(house)
    house.sandbox("faults", random={"drop-after": 0.02}, seed=SEED)
    status = wait_until_settled(house, campaign_id)
    truth = house.sandbox("handsets")
    assert truth["more_than_once"] == {}
    assert truth["total"] == len(truth["recipients"]) == ROWS
    totals = wait_until_priced(house, campaign_id)
    assert totals["tallies"] == totals["rows"] == status["totals"]
    assert totals["tally_cost"] == totals["row_cost"]
    assert Decimal(totals["row_cost"]) == Decimal("0.075") * ROWS
