"""Analytics: what was sent, did it arrive, what did it cost, what changed?"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bs4 import Tag
from django.db import connection as database
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Connection, Poll, Subaccount, Usage, User, Workspace
from messaging.models import Campaign, DayTally, LabelTally, Message
from messaging.selectors import days
from messaging.states import CampaignState, MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, stat, words

EURO = "\xa0€"


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def today(workspace: Workspace) -> date:
    return days.today(workspace)


def counted(connection: Connection, day: date, **values: Any) -> Usage:
    """Add a row of the gateway's own figures."""
    usual = {"dimension": "date", "fetched_at": timezone.now(), "is_final": True}
    return Usage.objects.create(connection=connection, day=day, **{**usual, **values})


def polled(connection: Connection, kind: str, ago: timedelta) -> None:
    """Note that a kind of figures was fetched so long ago."""
    now = timezone.now()
    values = {"due_at": now + timedelta(hours=1), "succeeded_at": now - ago}
    Poll.objects.update_or_create(connection=connection, kind=kind, defaults=values)


def numbers(page: Any, chart: str) -> list[list[str]]:
    """Return the table under a chart, without its head."""
    rows = soup(page).select(f"#{chart} tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]


def lines(page: Any) -> list[list[str]]:
    """Return the rows of the table of all figures."""
    rows = soup(page).select("#figures > section:last-of-type tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row("td")] for row in rows]


def downloaded(answer: Any) -> list[list[str]]:
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


class TestOverview:
    def test_shows_the_whole_account_and_what_of_it_is_from_here(
        self,
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
        self,
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
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        for ago, sms in ((40, 10), (31, 10), (1, 30)):
            counted(connected, today - timedelta(days=ago), sms=sms, cost=sms)
        counted(connected, today - timedelta(days=90))
        page = browser.get("/analytics/")
        assert "Cost 30.00 € +50 %" in words(page, ".stats")
        assert "Period before" in words(page, "#messages thead")

    def test_time_before_the_first_figures_is_not_compared(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        counted(connected, today, sms=10)
        page = browser.get("/analytics/")
        assert "nothing is known of the time before" in words(page)

    @pytest.mark.parametrize(
        ("query", "bars"),
        [("period=7d", 7), ("period=30d&by=month", 2), ("period=x", 30), ("", 30)],
    )
    def test_period_and_pieces_are_chosen(
        self,
        browser: Client,
        connected: Connection,
        add_messages: AddMessages,
        today: date,
        query: str,
        bars: int,
    ) -> None:
        add_messages(MessageState.DELIVERED, sent_on=today)
        found = len(numbers(browser.get(f"/analytics/?{query}"), "messages"))
        # Thirty days may lie in one month.
        assert found == bars or (bars == 2 and found == 1)

    def test_days_of_ones_own_are_shown(
        self, browser: Client, add_messages: AddMessages, today: date
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
        self, browser: Client, query: str, sentence: str
    ) -> None:
        assert sentence in words(browser.get(f"/analytics/?{query}"))

    def test_swap_is_the_figures_alone(self, browser: Client) -> None:
        page = browser.get("/analytics/", headers={"HX-Request": "true"})
        assert soup(page).select_one("#figures") and not soup(page).select_one("nav")

    def test_empty_workspace_has_a_page(self, browser: Client) -> None:
        assert "Nothing was sent in this time" in words(browser.get("/analytics/"))

    def test_ours_stand_in_until_the_gateway_has_counted_anything(
        self,
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
        self,
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
        self, browser: Client, connected: Connection, campaign: Campaign, today: date
    ) -> None:
        counted(connected, today, sms=9)
        polled(connected, Poll.Kind.ANALYTICS, timedelta(minutes=1))
        page = browser.get("/analytics/")
        assert "Messages went out since" in words(page, "#behind")
        form = soup(page).select_one("#fresh-analytics form")
        assert form and "load" in str(form["hx-trigger"])

    def test_page_is_drawn_once_for_all_who_look_at_it(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        counted(connected, today, sms=9)
        first = browser.get("/analytics/")
        with CaptureQueriesContext(database) as asked:
            again = browser.get("/analytics/")
        assert words(again, "#figures") == words(first, "#figures")
        assert "daytally" not in " ".join(one["sql"] for one in asked)

    def test_chart_is_a_file(
        self, browser: Client, add_messages: AddMessages, today: date
    ) -> None:
        add_messages(MessageState.DELIVERED, 2, sent_on=today, country="DE")
        rows = downloaded(browser.get("/analytics/?period=7d&format=csv&chart=cost"))
        assert rows[0] == ["Day", "SMS (€)"]
        assert rows[-1] == [today.isoformat(), "0,15"]

    def test_chart_that_is_none_is_404(self, browser: Client) -> None:
        answer = browser.get("/analytics/?format=csv&chart=nothing")
        assert answer.status_code == 404


class TestBreakdowns:
    def test_countries_have_names_and_places_on_the_map(
        self, browser: Client, add_messages: AddMessages, today: date
    ) -> None:
        add_messages(MessageState.DELIVERED, 3, country="AT", sent_on=today)
        add_messages(MessageState.UNDELIVERED, country="AT", sent_on=today)
        page = browser.get("/analytics/countries/")
        place = soup(page).select_one("#world a")
        assert place and place["aria-label"] == f"Austria: 4 messages, 0.30{EURO}"
        assert lines(page)[0][:4] == ["Austria", "4", f"75{EURO[0]}%", f"0.30{EURO}"]

    def test_one_country_is_shown_over_time(
        self, browser: Client, add_messages: AddMessages, today: date
    ) -> None:
        add_messages(MessageState.DELIVERED, 2, country="AT", sent_on=today)
        add_messages(MessageState.DELIVERED, 3, country="DE", sent_on=today)
        page = browser.get("/analytics/countries/?period=7d&key=AT&show=messages")
        assert [row[-1] for row in numbers(page, "trend")][-1] == "2"
        assert words(page, "#trend thead") == "Day Austria"

    def test_labels_stand_beside_what_has_none(
        self,
        browser: Client,
        campaign: Campaign,
        add_messages: AddMessages,
        workspace: Workspace,
        today: date,
    ) -> None:
        add_messages(MessageState.DELIVERED, 2, sent_on=today)
        labelled = Campaign.objects.create(workspace=workspace, name="L", label="may")
        Message.objects.create(
            workspace=workspace,
            campaign=labelled,
            recipient="+49171",
            country="DE",
            state="accepted",
            sent_on=today,
            price=1,
        )
        page = browser.get("/analytics/labels/?source=here")
        assert [row[:2] for row in lines(page)] == [
            ["may", "1"],
            ["Without a label", "2"],
        ]

    @pytest.mark.parametrize("source", ["account", "here"])
    def test_labels_beyond_the_list_are_one_line(
        self, browser: Client, connected: Connection, today: date, source: str
    ) -> None:
        counted(connected, today, sms=103)
        now = timezone.now()
        theirs: dict[str, Any] = {"connection": connected, "fetched_at": now}
        ours: dict[str, Any] = {"workspace": connected.workspace, "day": today}
        names = [f"l{n}" for n in range(103)]
        Usage.objects.bulk_create(
            Usage(dimension="label", key=name, day=today, sms=1, cost=1, **theirs)
            for name in names
        )
        LabelTally.objects.bulk_create(
            LabelTally(label=name, channel="sms", messages=1, cost=1, **ours)
            for name in names
        )
        DayTally.objects.create(
            channel="sms", state="delivered", messages=103, parts=103, cost=103, **ours
        )
        found = lines(browser.get(f"/analytics/labels/?source={source}"))
        assert len(found) == 101 and found[0][:2] == ["l0", "1"]
        assert found[-1][:2] == ["3 others", "3"]

    def test_subaccounts_are_the_gateways_figures(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        counted(connected, today, sms=5, cost=2)
        for name, cost in (("North", 3), ("South", 1)):
            counted(
                connected, today, dimension="subaccount", key=name, sms=2, cost=cost
            )
        page = browser.get("/analytics/subaccounts/")
        assert [row[0] for row in lines(page)] == ["North", "South"]
        assert lines(page)[0][3] == f"75{EURO[0]}%"

    def test_subaccounts_have_their_names_whatever_figures_were_shown_before(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        Subaccount.objects.create(
            connection=connected,
            gateway_id="77",
            company="North Ltd",
            seen_at=timezone.now(),
        )
        counted(connected, today, sms=5)
        counted(connected, today, dimension="subaccount", key="77", sms=2, cost=3)
        page = browser.get("/analytics/subaccounts/?source=here")
        assert lines(page)[0][0] == "North Ltd"
        assert words(page, "#trend thead") == "Day North Ltd (€)"

    def test_newer_figures_are_shown_as_soon_as_they_are_there(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        counted(connected, today, sms=5)
        for name in ("one", "two"):
            counted(connected, today, dimension="label", key=name, sms=2, cost=2)
            polled(connected, Poll.Kind.BREAKDOWN, timedelta(0))
            found = [row[0] for row in lines(browser.get("/analytics/labels/"))]
        assert found == ["one", "two"]

    def test_time_that_is_not_broken_down_yet_is_not_compared(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        for ago in (80, 45, 35, 1):
            counted(connected, today - timedelta(days=ago), sms=5, cost=5)
        for ago in (35, 1):
            day = today - timedelta(days=ago)
            counted(connected, day, dimension="label", key="may", sms=5, cost=5)
        page = browser.get("/analytics/labels/")
        assert "nothing is known of the time before" in words(page)
        assert lines(page)[0][-1] == ""

    def test_table_is_a_file_whose_cells_are_no_formulas(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        counted(connected, today, sms=5)
        counted(connected, today, dimension="label", key="=1+1", sms=2, cost=2)
        rows = downloaded(browser.get("/analytics/labels/?format=csv&chart=table"))
        assert rows[1][0] == "'=1+1"

    def test_another_workspaces_figures_stay_there(
        self,
        stranger: User,
        client_as: ClientAs,
        add_messages: AddMessages,
        today: date,
    ) -> None:
        add_messages(MessageState.DELIVERED, 3, country="AT", sent_on=today)
        page = client_as(stranger).get("/analytics/countries/?source=here")
        assert "Austria" not in words(page)


class TestMoney:
    def test_month_is_foreseen_and_the_way_is_told(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        for ago in range(1, 60):
            counted(connected, today - timedelta(days=ago), cost=10)
        page = browser.get("/analytics/money/")
        days_of_month = soup(page).select("#month tbody tr")
        assert stat(page, "Expected by its end") == f"{len(days_of_month)}0.00{EURO}"
        assert "what the same weekday cost on average" in words(page)
        assert stat(page, "Lasts") == "5 days"

    def test_planned_campaign_is_expected_and_named_apart(
        self, browser: Client, connected: Connection, draft: Campaign, today: date
    ) -> None:
        for ago in range(1, 60):
            counted(connected, today - timedelta(days=ago), cost=10)
        Campaign.objects.filter(pk=draft.pk).update(
            state=CampaignState.SCHEDULED,
            starts_at=timezone.now(),
            cost_agreed=Decimal(200),
            cost_foreseen=Decimal("96.30"),
        )
        page = browser.get("/analytics/money/")
        usual = 10 * len(soup(page).select("#month tbody tr"))
        assert stat(page, "Campaigns to come") == f"96.30{EURO}"
        assert stat(page, "Expected by its end") == f"{usual + 86}.30{EURO}"
        assert f"86.30{EURO} of what is expected".replace("\xa0", " ") in words(page)
        assert "Autumn offer" in words(page, "#to-come tbody")
        assert "50.00 € not enough for the campaigns to come" in words(page, ".stats")

    def test_campaign_under_way_is_to_come_with_what_it_has_not_spent(
        self, browser: Client, connected: Connection, add_messages: AddMessages
    ) -> None:
        add_messages(MessageState.DELIVERED, 4)
        page = browser.get("/analytics/money/")
        assert words(page, "#to-come tbody") == "Winter card under way 9.70 €"

    def test_few_days_give_no_forecast(
        self, browser: Client, connected: Connection, today: date
    ) -> None:
        counted(connected, today - timedelta(days=1), cost=10)
        assert "A forecast needs a week" in words(browser.get("/analytics/money/"))


class TestBesideTheGateway:
    def row(self, browser: Client) -> list[str]:
        cells = soup(browser.get("/analytics/gateway/")).select("#compared tbody td")
        return [cell.get_text(" ", strip=True) for cell in cells][-8:]

    def test_difference_is_shown_and_explained(
        self,
        browser: Client,
        connected: Connection,
        campaign: Campaign,
        add_messages: AddMessages,
        today: date,
    ) -> None:
        add_messages(MessageState.DELIVERED, 4, sent_on=today)
        Campaign.objects.update(state=CampaignState.FINISHED)
        counted(connected, today, sms=6, cost=Decimal("0.45"), is_final=False)
        row = self.row(browser)
        assert row[1:4] == ["4", "6", "2"]
        assert row[4:7] == [f"0.30{EURO}", f"0.45{EURO}", f"0.15{EURO}"]
        assert "from elsewhere" in row[7]

    def test_figures_older_than_our_messages_are_not_compared(
        self,
        browser: Client,
        connected: Connection,
        add_messages: AddMessages,
        today: date,
    ) -> None:
        add_messages(MessageState.DELIVERED, 4, sent_on=today)
        before = timezone.now() - timedelta(minutes=10)
        counted(connected, today, fetched_at=before, is_final=False)
        row = self.row(browser)
        assert row[1:7] == ["4", "–", "–", f"0.30{EURO}", "–", "–"]
        assert "Messages go out" in row[7]

    def test_day_that_was_not_fetched_says_so(
        self,
        browser: Client,
        connected: Connection,
        add_messages: AddMessages,
        today: date,
    ) -> None:
        add_messages(MessageState.DELIVERED, 4, sent_on=today)
        assert "not fetched yet" in self.row(browser)[7]
