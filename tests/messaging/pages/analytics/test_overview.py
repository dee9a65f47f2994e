"""The overview: what was sent, did it arrive, what did it cost, what changed?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import Tag
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Connection, Poll
from messaging.models import Campaign
from messaging.states import MessageState
from tests.messaging.pages.analytics.conftest import (
    EURO,
    counted,
    downloaded,
    numbers,
    polled,
)
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, stat, words


def test_shows_the_whole_account_and_what_of_it_is_from_here(
    browser: Client,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    counted(connected, today, sms=6, voice=1, cost=Decimal("0.60"))
    page = browser.get("/analytics/")
    assert stat(page, "Messages") == "7"
    assert stat(page, "Cost") == f"0.60{EURO}"
    assert "4 from here" in words(page, ".stats")


def test_shows_our_own_figures_alone(
    browser: Client,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    counted(connected, today, sms=6)
    page = browser.get("/analytics/?source=here")
    assert stat(page, "Messages") == "4"
    assert stat(page, "Delivered") == f"100{EURO[0]}%"


def test_period_is_compared_with_the_one_before(
    browser: Client, connected: Connection, today: date
) -> None:
    for ago, sms in ((40, 10), (31, 10), (1, 30)):
        counted(connected, today - timedelta(days=ago), sms=sms, cost=sms)
    counted(connected, today - timedelta(days=90))
    page = browser.get("/analytics/")
    assert "Cost 30.00 € +50 %" in words(page, ".stats")
    assert "Period before" in words(page, "#messages thead")


def test_time_before_the_first_figures_is_not_compared(
    browser: Client, connected: Connection, today: date
) -> None:
    counted(connected, today, sms=10)
    page = browser.get("/analytics/")
    assert "nothing is known of the time before" in words(page)


@pytest.mark.parametrize(
    ("query", "bars"), [("period=7d", 7), ("period=x", 30), ("", 30)]
)
def test_period_is_chosen(
    browser: Client, add_messages: AddMessages, today: date, query: str, bars: int
) -> None:
    add_messages(MessageState.DELIVERED, sent_on=today)
    page = browser.get(f"/analytics/?{query}")
    assert len(numbers(page, "messages")) == bars


def test_period_is_cut_into_pieces(
    browser: Client, add_messages: AddMessages, today: date
) -> None:
    add_messages(MessageState.DELIVERED, sent_on=today)
    page = browser.get("/analytics/?period=30d&by=month")
    # Thirty days may lie in one month, and around a February in three.
    months = {(today - timedelta(days=ago)).month for ago in range(30)}
    assert len(numbers(page, "messages")) == len(months)


def test_days_of_ones_own_are_shown(
    browser: Client, add_messages: AddMessages, today: date
) -> None:
    for ago in (1, 5, 9):
        add_messages(MessageState.DELIVERED, sent_on=today - timedelta(days=ago))
    start, end = today - timedelta(days=6), today - timedelta(days=2)
    page = browser.get(f"/analytics/?from={start}&to={end}")
    assert stat(page, "Messages") == "1"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-03-02&to=2026-03-01", "The first day is after the last one."),
        ("from=yesterday", "Write a day like 2026-11-25."),
        ("from=2001-01-01", "Figures go back three years at most."),
        ("from=2999-01-01", "This day is still to come."),
    ],
)
def test_days_that_make_no_sense_get_a_sentence(
    browser: Client, query: str, sentence: str
) -> None:
    assert sentence in words(browser.get(f"/analytics/?{query}"))


def test_swap_is_the_figures_alone(browser: Client) -> None:
    page = browser.get("/analytics/", headers={"HX-Request": "true"})
    assert soup(page).select_one("#figures") and not soup(page).select_one("nav")


def test_empty_workspace_has_a_page(browser: Client) -> None:
    assert "Nothing was sent in this time" in words(browser.get("/analytics/"))


def test_ours_stand_in_until_the_gateway_has_counted_anything(
    browser: Client,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    counted(connected, today)
    page = browser.get("/analytics/")
    assert stat(page, "Messages") == "4" and len(numbers(page, "messages")) == 30
    assert "as the gateway has counted nothing of this time yet" in words(page)


def test_account_without_figures_leads_to_ours(
    browser: Client,
    connected: Connection,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 4, sent_on=today)
    counted(connected, today)
    page = browser.get("/analytics/?source=account")
    link = soup(page).find("a", string="Show what was sent from here")
    assert isinstance(link, Tag) and link["href"] == "?source=here"


def test_figures_that_something_went_out_since_are_asked_for_again(
    browser: Client, connected: Connection, campaign: Campaign, today: date
) -> None:
    counted(connected, today, sms=9)
    polled(connected, Poll.Kind.ANALYTICS, timedelta(minutes=1))
    page = browser.get("/analytics/")
    assert "Messages went out since" in words(page, "#behind")
    form = soup(page).select_one("#fresh-analytics form")
    assert form and "load" in str(form["hx-trigger"])


def test_page_is_drawn_once_for_all_who_look_at_it(
    browser: Client, connected: Connection, today: date
) -> None:
    counted(connected, today, sms=9)
    first = browser.get("/analytics/")
    with CaptureQueriesContext(database) as asked:
        again = browser.get("/analytics/")
    assert words(again, "#figures") == words(first, "#figures")
    assert "daytally" not in " ".join(one["sql"] for one in asked)


def test_chart_is_a_file(
    browser: Client, add_messages: AddMessages, today: date
) -> None:
    add_messages(MessageState.DELIVERED, 2, sent_on=today, country="DE")
    rows = downloaded(browser.get("/analytics/?period=7d&format=csv&chart=cost"))
    assert rows[0] == ["Day", "SMS (€)"]
    assert rows[-1] == [today.isoformat(), "0,15"]


def test_chart_that_is_none_is_404(browser: Client) -> None:
    answer = browser.get("/analytics/?format=csv&chart=nothing")
    assert answer.status_code == 404
