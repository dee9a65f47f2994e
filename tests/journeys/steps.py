"""Steps of the main job on plain pages; each ends where the next begins."""

from __future__ import annotations

import csv
import io
from collections import Counter

from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop
from tests.journeys.visitor import Shown


def upload(shop: Shop, content: bytes, *, name: str = "kunden.csv") -> Shown:
    page = shop.visitor.open("/imports/new/")
    files = {"file": (name, content, "text/csv")}
    return shop.visitor.submit(page, "Upload the file", files=files)


def import_file(shop: Shop, content: bytes, *, group: str) -> Shown:
    """Upload, accept the guessed columns, start, and wait for the end."""
    page = upload(shop, content)
    assert page.status == 200, page.text
    page = shop.visitor.submit(page, "Check before", {"new_group": group})
    page = shop.visitor.submit(page, "Import ")
    return eventually(
        lambda: shop.visitor.open(page.url),
        lambda shown: "The import is finished" in shown.text,
        what="the import does not finish",
    )


def compose(shop: Shop, text: str, *, group: str, **values: str) -> Shown:
    page = shop.visitor.open("/campaigns/new/")
    boxes = {
        label.get_text(" "): label.find("input")
        for label in page.soup.select("#id_groups label")
    }
    box = next(box for words, box in boxes.items() if group in words)
    assert box is not None, boxes
    wanted = {"name": "Friday", "groups": box["value"], "text": text, **values}
    return shop.visitor.submit(page, "Check before sending", wanted)


def launch(shop: Shop, page: Shown) -> str:
    """Press the button that sends; return the address of the campaign.

    Where the page asks for the number of recipients, it is typed as shown.
    """
    asked = page.soup.select_one("label[for=id_confirm_word] strong")
    word = {"confirm_word": asked.get_text()} if asked else {}
    page = shop.visitor.submit(page, "Send to", word)
    assert page.status == 200, page.text
    return page.url


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


def figure(page: Shown, label: str) -> int:
    """Return a whole number that stands under a label."""
    return int("".join(c for c in stat(page, label) if c.isdigit()))


def chart_value(page: Shown, chart: str, row: str) -> float:
    """Return the value of a row of the table that stands under a chart."""
    figure = page.soup.find(id=chart)
    assert figure is not None, page.text
    values = {
        line.select("th, td")[0].get_text(): line.select("th, td")[1].get_text()
        for line in figure.select("tbody tr")
    }
    return float(values[row])


def chart_sum(page: Shown, chart: str, series: str) -> float:
    """Add up a series of the table that stands under a chart."""
    figure = page.soup.find(id=chart)
    assert figure is not None, page.text
    heads = [head.get_text().strip() for head in figure.select("thead th")]
    at = heads.index(series)
    rows = figure.select("tbody tr")
    return sum(float(row.select("th, td")[at].get_text()) for row in rows)
