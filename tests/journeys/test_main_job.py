"""The main job on plain pages: a contact file becomes reports and a chart.

Through real workers, the sandbox over HTTP and signed webhooks, without JavaScript.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest

from tests.journeys import people
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop
from tests.journeys.visitor import Shown

pytestmark = pytest.mark.journey

ORDINARY = 9
# Number endings that choose a fate at the sandbox (docs/sandbox.md).
REFUSED, UNDELIVERED = "+4915131000901", "+4915131000902"
WANTED = [*people.numbers(ORDINARY, block=1), REFUSED, UNDELIVERED]
OPTED_OUT = people.numbers(1, block=9)[0]


def upload(shop: Shop, content: bytes, *, name: str = "kunden.csv") -> Shown:
    page = shop.visitor.open("/imports/new/")
    files = {"file": (name, content, "text/csv")}
    return shop.visitor.submit(page, "Upload and check", files=files)


def import_file(shop: Shop, content: bytes, *, group: str) -> Shown:
    """Upload, accept the guessed columns, start, and wait for the end."""
    page = upload(shop, content)
    assert page.status == 200, page.text
    page = shop.visitor.submit(page, "Import ", {"new_group": group})
    return eventually(
        lambda: shop.visitor.open(page.url),
        lambda shown: "The import is finished" in shown.text,
        what="the import does not finish",
    )


def compose(shop: Shop, text: str, *, group: str, **values: str) -> Shown:
    page = shop.visitor.open("/campaigns/new/")
    label = page.soup.find("label", string=lambda words: bool(words) and group in words)
    assert label is not None, page.text
    box = label.find("input") or page.soup.find(id=label["for"])
    assert box is not None
    wanted = {"name": "Spring", "groups": box["value"], "text": text, **values}
    return shop.visitor.submit(page, "Check before sending", wanted)


def rows_of(shop: Shop, campaign: str) -> Counter[str]:
    """Count the states of the exported rows."""
    answer = shop.visitor.session.get(f"{campaign}recipients/export/", timeout=30)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    column = [head.lower() for head in rows[0]].index("state")
    return Counter(row[column] for row in rows[1:])


def stat(page: Shown, label: str) -> str:
    """Return the figure that stands under a label."""
    for box in page.soup.select(".stat"):
        if label in box.get_text(" "):
            value = box.select_one(".stat-value")
            assert value is not None, box
            return value.get_text().strip()
    raise AssertionError(f"no figure {label!r}: {page.text}")


def test_contact_file_becomes_reports_and_a_chart(shop: Shop) -> None:
    visitor = shop.visitor
    page = visitor.open("/opt-outs/new/")
    visitor.submit(page, "Add to the opt-outs", {"phone": OPTED_OUT})
    imported = import_file(shop, people.table([*WANTED, OPTED_OUT]), group="Regulars")
    assert stat(imported, "Created") == str(len(WANTED) + 1)

    page = compose(shop, "Hello {{ firstname }}, see you!", group="Regulars")
    assert f"{len(WANTED)} people" in page.text
    page = visitor.submit(page, f"Send to {len(WANTED)} people")
    campaign = page.url
    page = eventually(
        lambda: visitor.open(campaign),
        lambda shown: stat(shown, "Delivered") == str(ORDINARY),
        what="reports do not arrive",
    )

    assert "Finished" in page.text
    totals = {"Delivered": ORDINARY, "Undelivered": 1, "Refused": 1, "Skipped": 1}
    assert eventually(lambda: rows_of(shop, campaign), lambda found: found == totals)
    expected = people.digits([*WANTED[:ORDINARY], UNDELIVERED])
    assert shop.handsets() == expected
    assert chart_sum(visitor.open("/"), "messages", "Delivered") == ORDINARY
    assert chart_sum(visitor.open("/analytics/"), "messages", "Delivered") == ORDINARY


def chart_sum(page: Shown, chart: str, series: str) -> float:
    """Add up a series of the table that stands under a chart."""
    figure = page.soup.find(id=chart)
    assert figure is not None, page.text
    heads = [head.get_text().strip() for head in figure.select("thead th")]
    at = heads.index(series)
    rows = figure.select("tbody tr")
    return sum(float(row.select("th, td")[at].get_text()) for row in rows)
