"""What a month will have cost, from the days behind it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from messaging import month_costs
from messaging.month_costs import MonthForecast

TODAY = date(2026, 11, 25)


def forecast(
    costs: dict[date, Decimal],
    *,
    since: date,
    to_come: dict[date, Decimal] | None = None,
) -> MonthForecast:
    found = month_costs.forecast(costs, TODAY, known_since=since, to_come=to_come)
    assert found is not None
    return found


def every_day(amount: int, days: int) -> dict[date, Decimal]:
    return {TODAY - timedelta(days=n): Decimal(amount) for n in range(1, days + 1)}


def test_even_days_go_on_evenly() -> None:
    found = forecast(every_day(10, 60), since=TODAY - timedelta(days=60))
    assert found.spent == 240 and found.expected == 300
    assert found.low == found.high == 300


def test_what_today_has_cost_is_part_of_today() -> None:
    costs = {**every_day(10, 60), TODAY: Decimal(4)}
    assert forecast(costs, since=TODAY - timedelta(days=60)).expected == 300


def test_dear_today_is_not_made_cheaper() -> None:
    costs = {**every_day(10, 60), TODAY: Decimal(50)}
    assert forecast(costs, since=TODAY - timedelta(days=60)).expected == 340


def test_weekends_without_messages_stay_so() -> None:
    costs = {d: c for d, c in every_day(10, 60).items() if d.weekday() < 5}
    found = forecast(costs, since=TODAY - timedelta(days=60))
    # Wednesday the 25th to Monday the 30th: four working days.
    assert found.expected - found.spent == 40
    assert found.low == found.high


def test_uneven_days_have_a_range_that_never_falls_under_what_was_spent() -> None:
    costs = {d: c * (n % 3) for n, (d, c) in enumerate(every_day(10, 60).items())}
    found = forecast(costs, since=TODAY - timedelta(days=60))
    assert found.spent <= found.low < found.expected < found.high


def test_few_days_say_nothing() -> None:
    since = TODAY - timedelta(days=6)
    assert month_costs.forecast(every_day(10, 6), TODAY, known_since=since) is None


def test_two_weeks_are_an_average_of_all_days() -> None:
    found = forecast(every_day(10, 14), since=TODAY - timedelta(days=14))
    assert not found.by_weekday and found.known_days == 14


def test_lines_meet_today_and_end_with_the_month() -> None:
    found = forecast(every_day(10, 60), since=TODAY - timedelta(days=60))
    assert len(found.so_far) == len(found.foreseen) == len(found.before) == 30
    assert found.so_far[24] == found.foreseen[24] == 240
    assert found.so_far[25] is None and found.foreseen[23] is None
    assert found.foreseen[29] == 300


def test_last_day_of_a_month_forecasts_today_alone() -> None:
    last = date(2026, 11, 30)
    costs = {last - timedelta(days=n): Decimal(10) for n in range(1, 60)}
    known = last - timedelta(days=60)
    found = month_costs.forecast(costs, last, known_since=known)
    assert found is not None and found.expected == 300


def test_campaign_to_come_adds_what_is_above_the_usual_cost_of_its_day() -> None:
    days = every_day(10, 60)
    planned = {date(2026, 11, 27): Decimal(100)}
    found = forecast(days, since=TODAY - timedelta(days=60), to_come=planned)
    assert found.added == 90 and found.expected == 390
    assert found.low == found.high == 390
    assert found.foreseen[29] == 300 and found.with_campaigns[29] == 390


def test_campaign_that_costs_less_than_the_day_usually_does_adds_nothing() -> None:
    planned = {date(2026, 11, 27): Decimal(9)}
    days = every_day(10, 60)
    found = forecast(days, since=TODAY - timedelta(days=60), to_come=planned)
    assert found.added == 0 and found.expected == 300
    assert not found.with_campaigns


def test_campaign_of_today_is_set_off_against_what_today_would_still_cost() -> None:
    costs = {**every_day(10, 60), TODAY: Decimal(4)}
    since = TODAY - timedelta(days=60)
    found = forecast(costs, since=since, to_come={TODAY: Decimal(50)})
    assert found.spent == 244 and found.added == 44 and found.expected == 344
