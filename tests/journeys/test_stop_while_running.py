"""STOP while a campaign runs: who said it gets nothing more, everybody else does.

`STOPS=long` is the form with 5,000 recipients and 50 who answer.
"""

from __future__ import annotations

import os
from itertools import cycle
from pathlib import Path

import pytest

from tests.journeys import people, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop, set_pace

pytestmark = pytest.mark.journey

IS_LONG = os.environ.get("STOPS") == "long"
SIZE, LEAVING, PACE = (5_000, 50, 60) if IS_LONG else (160, 10, 25)
# Until all STOPs are in force, for which a busy machine may take long.
SLOW_PACE = 4
STOPS = (
    "STOP",
    "stop.",
    "Stop, danke!",
    "„Stopp“",
    "stpo",
    "Abmelden",
    "ARRÊT",
    "unsubscribe",
    "İptal",
    "S T O P",
)
# Words of people who stay.
OTHERS = ("Please don't stop", "Top!", "I stop by at noon", "hasta luego", "Thanks")


def test_nobody_who_said_stop_gets_a_later_message(shop: Shop, tmp_path: Path) -> None:
    wanted = people.numbers(SIZE, block=6)
    path = str(people.write(tmp_path, wanted))
    shop.house.done("import_contacts", shop.slug, path, "--group", "All", "--wait")
    set_pace(shop, str(SLOW_PACE))
    page = steps.compose(shop, "Hello {{ firstname }}", group="All")
    campaign = steps.launch(shop, page)
    reached = eventually(
        shop.handsets, lambda found: len(found) >= LEAVING, what="nothing is sent"
    )
    leaving = _far_behind(wanted, reached)
    for number, text in zip(leaving, cycle(STOPS), strict=False):
        shop.control("inbound", **{"from": number, "text": text})
    chatting = [one for one in wanted if one.removeprefix("+") in reached]
    for number, text in zip(chatting, OTHERS, strict=False):
        shop.control("inbound", **{"from": number, "text": text})
    eventually(
        lambda: _not_listed(shop, leaving),
        lambda missing: missing == [],
        what="somebody's STOP is not in force",
    )
    set_pace(shop, str(PACE))

    eventually(
        lambda: steps.rows_of(shop, campaign),
        lambda found: not set(found) & {"Queued", "Sending"},
        timeout_s=60 + 2 * SIZE / PACE,
        what="the campaign does not finish",
    )
    staying = [one for one in wanted if one not in set(leaving)]
    assert shop.handsets() == people.digits(staying)
    assert steps.rows_of(shop, campaign)["Skipped"] == LEAVING
    for number in chatting[: len(OTHERS)]:
        found = shop.visitor.open(f"/opt-outs/?q=%2B{number[1:]}")
        assert number[-6:] not in _digits(found.text)


def _far_behind(wanted: list[str], reached: dict[str, int]) -> list[str]:
    """Return people spread over the later half of those whose turn is still to come."""
    open_ones = [one for one in wanted if one.removeprefix("+") not in reached]
    later = open_ones[len(open_ones) // 2 :]
    return later[:: max(1, len(later) // LEAVING)][:LEAVING]


def _not_listed(shop: Shop, leaving: list[str]) -> list[str]:
    """Return who of these is no opt-out yet."""
    listed = _digits(shop.visitor.open("/opt-outs/").text)
    return [one for one in leaving if one[-6:] not in listed]


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
