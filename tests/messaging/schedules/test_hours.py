"""A truth table of windows: zones, weekdays, midnight, and changes of the clock.

In 2026 Berlin's clock skips 02:00 to 03:00 on 29 March and shows 02:00 to 03:00 twice
on 25 October; New York's on 8 March and 1 November (01:00 to 02:00 twice).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from messaging import hours
from messaging.hours import Hours

BERLIN, NEW_YORK, KOLKATA = "Europe/Berlin", "America/New_York", "Asia/Kolkata"
DAYTIME = Hours(time(8), time(20))
WEEKDAYS = Hours(time(8), time(20), 0b001_1111)
NIGHT = Hours(time(22), time(6))
FRIDAY_NIGHT = Hours(time(22), time(6), 0b001_0000)
NO_SUNDAY = Hours(weekdays=0b011_1111)
IN_THE_GAP = Hours(time(2, 10), time(2, 50))
FROM_HALF_PAST_TWO = Hours(time(2, 30), time(20))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kept", "zone", "now", "opens"),
    [
        pytest.param(DAYTIME, BERLIN, "2026-07-01 06:00", None, id="opens at eight"),
        pytest.param(
            DAYTIME, BERLIN, "2026-07-01 05:59", "2026-07-01 06:00", id="a minute early"
        ),
        pytest.param(DAYTIME, BERLIN, "2026-07-01 17:59:59", None, id="last second"),
        pytest.param(
            DAYTIME, BERLIN, "2026-07-01 18:00", "2026-07-02 06:00", id="over at eight"
        ),
        pytest.param(DAYTIME, BERLIN, "2026-12-01 07:00", None, id="winter"),
        pytest.param(
            DAYTIME, NEW_YORK, "2026-12-01 08:00", "2026-12-01 13:00", id="New York"
        ),
        pytest.param(
            DAYTIME, KOLKATA, "2026-12-01 02:29", "2026-12-01 02:30", id="half an hour"
        ),
        pytest.param(
            WEEKDAYS, BERLIN, "2026-11-27 19:00", "2026-11-30 07:00", id="weekend"
        ),
        pytest.param(NIGHT, BERLIN, "2026-07-01 02:00", None, id="past midnight"),
        pytest.param(
            NIGHT, BERLIN, "2026-07-01 04:00", "2026-07-01 20:00", id="night is over"
        ),
        pytest.param(
            FRIDAY_NIGHT, BERLIN, "2026-11-28 04:00", None, id="Friday's on Saturday"
        ),
        pytest.param(
            FRIDAY_NIGHT,
            BERLIN,
            "2026-11-27 04:00",
            "2026-11-27 21:00",
            id="Thursday's night is not Friday's",
        ),
        pytest.param(
            NO_SUNDAY, BERLIN, "2026-11-29 12:00", "2026-11-29 23:00", id="Sunday"
        ),
        pytest.param(NO_SUNDAY, BERLIN, "2026-11-28 23:30", "2026-11-29 23:00", id="s"),
        pytest.param(
            DAYTIME, BERLIN, "2026-03-29 05:30", "2026-03-29 06:00", id="skipped: short"
        ),
        pytest.param(
            FROM_HALF_PAST_TWO,
            BERLIN,
            "2026-03-29 00:59",
            "2026-03-29 01:00",
            id="opens at a time that is skipped: at the change",
        ),
        pytest.param(
            IN_THE_GAP,
            BERLIN,
            "2026-03-28 02:00",
            "2026-03-30 00:10",
            id="a window that is skipped as a whole",
        ),
        pytest.param(
            FROM_HALF_PAST_TWO,
            BERLIN,
            "2026-10-25 00:30",
            "2026-10-25 01:30",
            id="opens at a time that comes twice: the second",
        ),
        pytest.param(
            Hours(time(20), time(2, 30)),
            BERLIN,
            "2026-10-25 00:30",
            "2026-10-25 19:00",
            id="closes at a time that comes twice: the first",
        ),
        pytest.param(
            IN_THE_GAP, BERLIN, "2026-10-25 00:20", None, id="within the double hour"
        ),
        pytest.param(
            DAYTIME, NEW_YORK, "2026-11-01 12:30", "2026-11-01 13:00", id="back in NY"
        ),
        pytest.param(Hours(), BERLIN, "2026-07-01 01:00", None, id="at any hour"),
        pytest.param(
            Hours(time(12), time(0)), BERLIN, "2026-07-01 21:59", None, id="to midnight"
        ),
    ],
)
def test_window(kept: Hours, zone: str, now: str, opens: str | None) -> None:
    found = hours.current_or_next(kept, zone, utc(now))
    assert hours.is_open(kept, zone, utc(now)) == (opens is None)
    if opens is not None:
        assert found.opens == utc(opens)


@pytest.mark.parametrize(
    ("day", "at", "moment", "exists", "is_twice"),
    [
        pytest.param("2026-03-29", "02:30", "03-29 01:00", False, False, id="gap"),
        pytest.param("2026-03-29", "03:00", "03-29 01:00", True, False, id="after"),
        pytest.param("2026-10-25", "02:30", "10-25 00:30", True, True, id="twice"),
        pytest.param("2026-10-25", "03:00", "10-25 02:00", True, False, id="once"),
        pytest.param("2026-07-01", "09:00", "07-01 07:00", True, False, id="usual"),
    ],
)
def test_moment_of_a_clock(
    day: str, at: str, moment: str, exists: bool, is_twice: bool
) -> None:
    asked = date.fromisoformat(day), time.fromisoformat(at), hours.zone_of(BERLIN)
    assert hours.moment(*asked) == utc(f"2026-{moment}")
    assert (hours.exists(*asked), hours.is_twice(*asked)) == (exists, is_twice)


def test_window_around_the_skipped_hour_is_an_hour_shorter() -> None:
    whole_night = Hours(time(0), time(6))
    found = hours.current_or_next(whole_night, BERLIN, utc("2026-03-29 00:00"))
    assert found.closes - found.opens == timedelta(hours=5)


def test_spread_across_a_change_takes_the_time_that_passes() -> None:
    (only,) = hours.waiting(Hours(), BERLIN, utc("2026-10-24 23:00"), 4 * 3600)
    assert (only.opens, only.since) == (utc("2026-10-24 23:00"), 0.0)


def test_spread_goes_on_in_the_next_window() -> None:
    evening = utc("2026-07-01 16:00")
    found = hours.waiting(DAYTIME, BERLIN, evening, 4 * 3600)
    assert [(s.since, s.opens) for s in found] == [
        (0.0, evening),
        (7200.0, utc("2026-07-02 06:00")),
    ]


def test_spread_marks_what_misses_the_window() -> None:
    evening = utc("2026-07-01 16:00")
    found = hours.left_out(DAYTIME, BERLIN, evening, 4 * 3600)
    assert [(s.since, s.is_allowed) for s in found] == [(0.0, True), (7200.0, False)]


def test_start_outside_the_window_is_left_out_as_a_whole() -> None:
    night = utc("2026-07-01 20:00")
    assert [s.is_allowed for s in hours.left_out(DAYTIME, BERLIN, night, 0)] == [False]


def test_spread_is_shared_out_over_the_days_of_allowed_time() -> None:
    start, length_s = utc("2026-12-01 13:00"), 24 * 3600.0
    stretches = hours.waiting(DAYTIME, BERLIN, start, length_s)
    first, second, third = (date(2026, 12, day) for day in (1, 2, 3))

    def shares(since: datetime) -> dict[date, float]:
        zone = hours.zone_of(BERLIN)
        return hours.by_day(stretches, length_s, zone, since=since)

    assert shares(start) == {first: 0.25, second: 0.5, third: 0.25}
    # What has gone out is no longer to come.
    assert shares(utc("2026-12-02 13:00")) == {second: 0.25, third: 0.25}


def test_day_on_which_the_clock_goes_back_holds_25_hours_of_a_spread() -> None:
    start, length_s = utc("2026-10-24 22:00"), 50 * 3600.0
    stretches = hours.waiting(Hours(), BERLIN, start, length_s)
    found = hours.by_day(stretches, length_s, hours.zone_of(BERLIN), since=start)
    assert found[date(2026, 10, 25)] == 0.5


def test_nothing_of_a_spread_that_misses_its_hours_counts() -> None:
    start, length_s = utc("2026-12-01 16:00"), 4 * 3600.0
    stretches = hours.left_out(DAYTIME, BERLIN, start, length_s)
    found = hours.by_day(stretches, length_s, hours.zone_of(BERLIN), since=start)
    assert found == {date(2026, 12, 1): 0.75}
