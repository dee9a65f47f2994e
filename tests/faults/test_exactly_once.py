"""Kill everything at random instants, at a gateway that lies; then count there.

The short form runs with the other tests. ``FAULTS=long`` is ``make faults``: 5,000
personal texts and 2,500 equal ones. ``FAULTS_SEED`` repeats a run.
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.faults import storm
from tests.faults.house import House, number_of
from tests.faults.storm import IS_LONG

PERSONAL, EQUAL = (5000, 2500) if IS_LONG else (300, 300)
RATE = 60 if IS_LONG else 30
KILLS = 30 if IS_LONG else 20
GAP_S = (1.0, 6.0) if IS_LONG else (0.3, 2.0)
PRICE = Decimal("0.075")
# Groups that no other test of this house has.
OWN, SAME = 20, 21


def launch(house: House, group: str, text: str) -> str:
    started = house.manage(
        *("send_campaign", "bakery", "--group", group, "--text", text, "--json")
    )
    campaign: str = json.loads(started.splitlines()[-1])["id"]
    return campaign


def settle_as_a_person(house: House, campaign: str) -> int:
    """Settle what is left, knowing who got it; return how many that were."""
    waiting = house.errand("for_person", campaign)
    handsets = house.sandbox("handsets")["recipients"]
    got = {number for number in waiting if number.lstrip("+") in handsets}
    # What a person is asked about, a person can decide: here nobody has got it.
    assert not got
    if waiting:
        house.errand("decide", campaign, "send_again", str(len(waiting)))
    return len(waiting)


def assert_books_agree(house: House, campaign: str, *, group: int, rows: int) -> None:
    """Compare tallies, rows and what the gateway has sent, down to the cent."""
    numbers = {number_of(group, i).lstrip("+") for i in range(rows)}
    handsets = house.sandbox("handsets")["recipients"]
    totals = storm.wait_until_priced(house, campaign)
    refused = {number.lstrip("+") for number, _ in totals["refused"]}
    # Nobody is lost: who has no message was refused by a code, and that is shown.
    assert numbers - set(handsets) == refused
    assert all(code in (402, 600) for _, code in totals["refused"])
    assert totals["tallies"] == totals["rows"]
    assert sum(totals["rows"].values()) == rows
    assert totals["tally_cost"] == totals["row_cost"]
    assert Decimal(totals["row_cost"]) == PRICE * (rows - len(refused))


@pytest.mark.faults
def test_every_recipient_gets_exactly_one_message(house: House) -> None:
    house.errand("add_groups", str(OWN), str(PERSONAL), str(EQUAL))
    house.errand("pace", str(RATE))
    house.kills.clear()
    storm.begin(house)
    personal = launch(house, f"Group {OWN}", "Hello {{ firstname }}")
    storm.kill_at_random(house, kills=KILLS // 2, gap_s=GAP_S)
    storm.wait_until_it_blew(house)
    storm.blow(house)
    equal = launch(house, f"Group {SAME}", "Fresh bread for all of you")
    storm.kill_at_random(house, kills=KILLS - KILLS // 2, gap_s=GAP_S)
    storm.end(house)
    storm.wait_until_settled(house, [personal, equal])
    left = sum(settle_as_a_person(house, campaign) for campaign in (personal, equal))
    # 99.9 % without a person; in the short form, one in doubt would be more than that.
    assert left <= max(2, (PERSONAL + EQUAL) // 1000)
    storm.wait_until_settled(house, [personal, equal])
    assert house.sandbox("handsets")["more_than_once"] == {}
    assert_books_agree(house, personal, group=OWN, rows=PERSONAL)
    assert_books_agree(house, equal, group=SAME, rows=EQUAL)
    # Trouble that passes is no reason to call a key wrong.
    assert house.errand("is_connected")
    storm.assert_it_really_blew(house, kills=KILLS)
