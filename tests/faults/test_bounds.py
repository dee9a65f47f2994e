"""Money, outages and planned starts while parts die.

Bounds hold to the cent, campaigns go on, and what was planned starts once.
"""

from __future__ import annotations

import time
from collections import Counter
from decimal import Decimal

import pytest

from tests.faults.house import House, group_of
from tests.faults.storm import SEED

PRICE = Decimal("0.075")
ROWS = 80
OUTAGE_ROWS = 150
AFFORDABLE = 50
CAMPAIGNS = 4
OUTAGE_S = 8
PLANNED, PLANNED_ROWS = 4, 25
# The breaker's pause after an outage of that length, and the work after it.
RESUMED_WITHIN_S = 30


@pytest.fixture(scope="module", autouse=True)
def groups(house: House) -> None:
    sizes = [ROWS] * CAMPAIGNS + [OUTAGE_ROWS] * 2 + [PLANNED_ROWS] * PLANNED
    house.errand("add_groups", "0", *map(str, sizes))
    house.errand("pace", "60")


def received(house: House) -> Counter[int]:
    """Count what the gateway has sent, by the group of the recipient."""
    numbers = house.sandbox("handsets")["recipients"]
    return Counter(map(group_of, numbers))


@pytest.mark.faults
def test_bounds_of_four_campaigns_hold_while_workers_die(house: House) -> None:
    house.sandbox("faults", random={"drop-after": 0.1, "503": 0.05}, seed=SEED)
    # A bound that no whole number of messages meets: 50 fit, the 51st does not.
    bound = PRICE * AFFORDABLE + Decimal("0.074")
    campaigns = [
        house.errand("launch", f"Group {number}", str(bound), "60")
        for number in range(CAMPAIGNS)
    ]
    for _ in range(3):
        time.sleep(house.random.uniform(0.5, 2))
        house.kill("sending")
        time.sleep(house.random.uniform(0.5, 2))
        house.kill_child("sending")
    house.sandbox("faults", random={}, seed=SEED)
    house.wait_for(
        lambda: all(is_at_its_bound(house, campaign) for campaign in campaigns),
        timeout_s=120,
        every_s=1,
    )
    # Never one too many. One too few may be: what was in doubt counted as spent when
    # the campaign stopped, and turned out to be unsent.
    sent = [received(house)[number] for number in range(CAMPAIGNS)]
    assert max(sent) <= AFFORDABLE, sent
    assert min(sent) > AFFORDABLE / 2, sent
    assert house.sandbox("handsets")["more_than_once"] == {}


def is_at_its_bound(house: House, campaign: str) -> bool:
    status = house.status(campaign)
    under_way = {"sending", "unclear"} & set(status["totals"])
    return status["pause_reason"] == "cost" and not under_way


@pytest.mark.faults
def test_campaign_goes_on_soon_after_the_gateway_is_back(house: House) -> None:
    house.sandbox("faults", random={}, seed=SEED)
    paused = house.errand("launch", f"Group {CAMPAIGNS + 1}", "100", "1")
    house.errand("pause", paused)
    running = house.errand("launch", f"Group {CAMPAIGNS}", "100", "15")
    house.wait_for(lambda: received(house)[CAMPAIGNS] > 5, timeout_s=60)
    gateway = house.take_away("sandbox")
    time.sleep(OUTAGE_S)
    house.start_again(gateway)
    house.wait_for(lambda: house.sandbox("health").get("ok"), timeout_s=30)
    before = received(house)
    house.wait_for(
        lambda: received(house)[CAMPAIGNS] > before[CAMPAIGNS],
        timeout_s=RESUMED_WITHIN_S,
    )
    house.wait_for(
        lambda: house.status(running)["state"] == "finished", timeout_s=90, every_s=1
    )
    sent = received(house)
    assert sent[CAMPAIGNS] == OUTAGE_ROWS
    assert sent[CAMPAIGNS + 1] == before[CAMPAIGNS + 1]
    assert house.status(paused)["pause_reason"] == "person"
    assert house.sandbox("handsets")["more_than_once"] == {}


@pytest.mark.faults
def test_planned_campaigns_start_once_while_workers_die(house: House) -> None:
    house.sandbox("faults", random={}, seed=SEED)
    first = CAMPAIGNS + 2
    groups = [f"Group {first + number}" for number in range(PLANNED)]
    planned = house.errand("plan", "1", "3", *groups)
    for other in ("redis", "sending child", "postgres", "redis"):
        # Whatever is due begins once the worker is there, and is frozen right after.
        time.sleep(house.random.uniform(0.2, 1))
        lives = house.lives("interactive")
        house.kill("interactive")
        house.kill_child("sending") if " " in other else house.kill_server(other)
        house.wait_for(lambda n=lives: house.lives("interactive") > n, timeout_s=60)
    as_wanted = [["finished", PLANNED_ROWS, 1]] * PLANNED
    house.wait_for(lambda: house.errand("begun", *planned) == as_wanted, timeout_s=90)
    sent = received(house)
    assert [sent[first + n] for n in range(PLANNED)] == [PLANNED_ROWS] * PLANNED
    assert house.sandbox("handsets")["more_than_once"] == {}
