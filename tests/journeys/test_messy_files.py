"""Messy files, whose outcome is known from how they were made, down to the handset.

The full measure of the issue: JOURNEY_ROWS=10000 in the environment.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.journeys import messy, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop

pytestmark = pytest.mark.journey

ROWS = int(os.environ.get("JOURNEY_ROWS", "300"))
FINISH_S = 60.0 + ROWS / 50


def texts_of(shop: Shop) -> dict[str, str]:
    """Return the text that each handset shows, by number with the plus."""
    found = shop.control(f"messages?limit={10 * ROWS}")["messages"]
    assert len(found) == len({one["recipient"] for one in found})
    return {f"+{one['recipient']}": one["text"] for one in found}


@pytest.mark.parametrize("encoding", messy.HEADS)
def test_messy_file_becomes_the_right_texts(shop: Shop, encoding: str) -> None:
    made = messy.make(ROWS, encoding)
    page = steps.import_file(shop, made.content, group="All")
    shown = {
        label: steps.figure(page, label)
        for label in ("Created", "Refused", "Duplicates")
    }
    assert shown == {
        "Created": len(made.people),
        "Refused": made.refused,
        "Duplicates": made.duplicates,
    }

    campaign = steps.launch(shop, steps.compose(shop, messy.TEMPLATE, group="All"))
    rows = eventually(
        lambda: steps.rows_of(shop, campaign),
        lambda found: set(found) == {"Delivered"},
        timeout_s=FINISH_S,
        what="not everything is delivered",
    )
    assert rows == Counter(Delivered=len(made.people))
    assert texts_of(shop) == {to: made.text_to(to) for to in made.people}


def test_refused_rows_come_back_as_they_were(shop: Shop) -> None:
    content = "Vorname;Handy\r\nZoë;0151-CALLME\r\n=1+1;12\r\n".encode("cp1252")
    content += b"Anna;0151 20000001\r\n"
    page = steps.import_file(shop, content, group="All")
    answer = shop.visitor.session.get(page.link("Download the refused"), timeout=10)
    table = answer.content.decode("utf-8-sig")
    assert "Zoë" in table
    assert "0151-CALLME" in table
    assert "Anna" not in table
    assert "'=1+1" in table, "a cell that a spreadsheet would run as a formula"
