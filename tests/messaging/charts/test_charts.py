from __future__ import annotations

from datetime import date
from decimal import Decimal

from messaging import charts
from messaging.selectors.progress import Progress
from messaging.selectors.tallies import Day, Totals

START, END = date(2026, 11, 1), date(2026, 11, 3)
ONE = Day(
    date(2026, 11, 2), sent=10, delivered=7, failed=2, parts=10, cost=Decimal("1.505")
)


def totals(**states: int) -> Progress:
    return Progress(Totals(states=dict(states)))


def test_days_without_messages_are_zero() -> None:
    chart = charts.messages_by_day([ONE], start=START, end=END)
    assert chart["labels"] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert [series["values"] for series in chart["series"]] == [
        [0, 7, 0],
        [0, 1, 0],
        [0, 2, 0],
    ]


def test_period_without_any_message_draws_nothing() -> None:
    assert charts.messages_by_day([], start=START, end=END)["labels"] == []
    assert charts.cost_by_day([], start=START, end=END)["labels"] == []


def test_cost_is_a_number_that_json_knows() -> None:
    chart = charts.cost_by_day([ONE], start=START, end=END)
    assert chart["series"][0]["values"] == [0.0, 1.5, 0.0]
    assert chart["unit"] == "€"


def test_each_step_of_the_funnel_holds_the_next() -> None:
    found = totals(delivered=5, accepted=2, undelivered=1, queued=4, skipped=3)
    assert charts.delivery_funnel(found)["series"][0]["values"] == [8, 6, 5]


def test_outcomes_nobody_had_are_left_out() -> None:
    chart = charts.outcomes(totals(delivered=5, refused=1))
    assert chart["colors"] == ["delivered", "refused"]


def test_every_series_has_a_value_for_every_label() -> None:
    for chart in (
        charts.messages_by_day([ONE], start=START, end=END),
        charts.cost_by_day([ONE], start=START, end=END),
        charts.delivery_funnel(totals(delivered=1)),
        charts.outcomes(totals(delivered=1)),
    ):
        lengths = {len(series["values"]) for series in chart["series"]}
        assert lengths == {len(chart["labels"])}
