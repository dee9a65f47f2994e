"""The main job on plain pages: a contact file becomes reports and a chart.

Through real workers, the sandbox over HTTP and signed webhooks, without JavaScript.
"""

from __future__ import annotations

import pytest

from tests.journeys import people, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop

pytestmark = pytest.mark.journey

ORDINARY = 9
# Number endings that choose a fate at the sandbox (docs/sandbox.md).
REFUSED, UNDELIVERED = "+4915131000901", "+4915131000902"
WANTED = [*people.numbers(ORDINARY, block=1), REFUSED, UNDELIVERED]
OPTED_OUT = people.numbers(1, block=9)[0]


def test_contact_file_becomes_reports_and_a_chart(shop: Shop) -> None:
    visitor = shop.visitor
    page = visitor.open("/opt-outs/new/")
    visitor.submit(page, "Add to the opt-outs", {"phone": OPTED_OUT})
    imported = steps.import_file(
        shop, people.table([*WANTED, OPTED_OUT]), group="Regulars"
    )
    assert steps.stat(imported, "Created") == str(len(WANTED) + 1)

    page = steps.compose(shop, "Hello {{ firstname }}, see you!", group="Regulars")
    assert f"{len(WANTED)} people" in page.text
    campaign = steps.launch(shop, page)
    page = eventually(
        lambda: visitor.open(campaign),
        lambda shown: (
            "Finished" in shown.text
            and f"{ORDINARY} of {ORDINARY + 1} sent" in " ".join(shown.text.split())
        ),
        what="reports do not arrive",
    )

    totals = {"Delivered": ORDINARY, "Not delivered": 1, "Refused": 1, "Skipped": 1}
    eventually(
        lambda: steps.rows_of(shop, campaign),
        lambda found: found == totals,
        what="rows are not the totals",
    )
    expected = people.digits([*WANTED[:ORDINARY], UNDELIVERED])
    assert shop.handsets() == expected
    assert steps.chart_sum(visitor.open("/"), "messages", "Delivered") == ORDINARY
    # Of the whole account it may show what was fetched before the campaign.
    from_here = visitor.open("/analytics/?source=here")
    assert steps.chart_value(from_here, "outcomes", "Delivered") == ORDINARY
