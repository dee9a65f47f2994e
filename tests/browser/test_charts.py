"""Charts by hand and by key: hide, zoom, walk, keep; and after a swap once more."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import take_session
from tests.browser.furniture import Furnished

Look = Literal["light", "dark"]
pytestmark = [pytest.mark.browser, pytest.mark.journey]

RANGE = """id => {
  const { min, max } = Chart.getChart(document.querySelector(`#${id} canvas`)).scales.x;
  return max - min;
}"""

# How a line is marked whose middle day alone is known.
DOTS = """() => chartOptions.dataset(
  { type: "line", labels: ["a", "b", "c"] }, chartLook.tokens(),
  { key: "cost", label: "Balance", values: [null, 2, null] }, 0).pointRadius"""

# Contrast of the colour that most of a chart is drawn in with what it is drawn on.
CONTRAST = """id => {
  const canvas = document.querySelector(`#${id} canvas`), count = new Map();
  const pen = canvas.getContext("2d");
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 255) continue;
    const color = data.slice(at, at + 3).join();
    count.set(color, (count.get(color) || 0) + 1);
  }
  const most = [...count].sort((one, other) => other[1] - one[1])[0][0].split(",");
  const behind = getComputedStyle(document.body).backgroundColor.match(/\\d+/g);
  const light = (color) => color.slice(0, 3).map(Number).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0.05);
  const [low, high] = [light(most), light(behind)].sort((one, other) => one - other);
  return high / low;
}"""


@pytest.fixture
def charts(page: Page, furnished: Furnished) -> Page:
    """The overview of what was sent from here, with its charts drawn."""
    shop, _more = furnished
    take_session(page.context, shop.visitor)
    page.goto(urljoin(shop.house.url, "/analytics/?source=here"))
    page.wait_for_selector("#messages[data-drawn]")
    return page


def test_legend_hides_and_shows(charts: Page) -> None:
    button = charts.locator("#outcomes [data-legend] button").first
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_day_known_alone_is_a_dot(charts: Page) -> None:
    assert charts.evaluate(DOTS) == [0, 3, 0]


def test_keys_walk_from_value_to_value_and_say_it(charts: Page) -> None:
    canvas = charts.locator("#messages canvas")
    canvas.press("End")
    said = charts.locator("#messages [data-said]")
    expect(said).to_contain_text("SMS")
    newest = said.inner_text()
    canvas.press("ArrowLeft")
    expect(said).not_to_have_text(newest)


def test_zoom_shows_fewer_days_and_all_again(charts: Page) -> None:
    whole = charts.evaluate(RANGE, "messages")
    charts.locator("#messages [data-zoom=in]").click()
    everything = charts.locator("#messages [data-zoom=all]")
    expect(everything).to_be_visible()
    assert charts.evaluate(RANGE, "messages") < whole
    everything.click()
    expect(everything).to_be_hidden()
    assert charts.evaluate(RANGE, "messages") == whole


def test_chart_is_kept_as_a_picture_and_as_numbers(charts: Page) -> None:
    with charts.expect_download() as picture:
        charts.locator("#messages [data-png]").click()
    assert picture.value.suggested_filename == "messages.png"
    with charts.expect_download() as numbers:
        charts.locator("#messages").get_by_role("link", name="CSV").click()
    assert numbers.value.suggested_filename.startswith("messages-")


def test_charts_survive_a_swap(charts: Page) -> None:
    charts.locator("#period-7d").click()
    charts.wait_for_url("**period=7d*")
    expect(charts.locator("#messages[data-drawn] tbody tr")).to_have_count(7)
    charts.locator("#outcomes[data-drawn] [data-legend] button").first.click()


@pytest.mark.parametrize(("look", "width"), [("light", 1280), ("dark", 390)])
def test_bars_stand_out_in_every_look(charts: Page, look: Look, width: int) -> None:
    charts.set_viewport_size({"width": width, "height": 844})
    charts.emulate_media(color_scheme=look)
    charts.reload()
    charts.wait_for_selector("#messages[data-drawn]")
    assert charts.evaluate(CONTRAST, "messages") >= 3
    assert charts.evaluate("document.documentElement.scrollWidth") <= width


def test_map_tells_by_key_looks_closer_and_is_a_picture(charts: Page) -> None:
    charts.goto(urljoin(charts.url, "/analytics/countries/?source=here"))
    country = charts.locator("#world a").first
    country.focus()
    expect(charts.locator("[data-world-tip]")).to_contain_text("Germany")
    charts.get_by_role("button", name="Europe").click()
    expect(charts.locator("#world svg")).to_have_attribute("viewBox", "430 30 200 150")
    with charts.expect_download() as picture:
        charts.locator("[data-world-png]").click()
    assert picture.value.suggested_filename == "world.png"
