"""The same figures by country, by label and by subaccount."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Connection, Poll, Subaccount, Usage, User, Workspace
from messaging.models import Campaign, DayTally, LabelTally, Message
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.analytics.conftest import (
    EURO,
    counted,
    downloaded,
    lines,
    numbers,
    polled,
)
from tests.messaging.pages.conftest import AddMessages
from tests.messaging.pages.shown import soup, words


def test_countries_have_names_and_places_on_the_map(
    browser: Client, add_messages: AddMessages, today: date
) -> None:
    add_messages(MessageState.DELIVERED, 3, country="AT", sent_on=today)
    add_messages(MessageState.UNDELIVERED, country="AT", sent_on=today)
    page = browser.get("/analytics/countries/")
    place = soup(page).select_one("#world a")
    assert place and place["aria-label"] == f"Austria: 4 messages, 0.30{EURO}"
    assert lines(page)[0][:4] == ["Austria", "4", f"75{EURO[0]}%", f"0.30{EURO}"]


def test_one_country_is_shown_over_time(
    browser: Client, add_messages: AddMessages, today: date
) -> None:
    add_messages(MessageState.DELIVERED, 2, country="AT", sent_on=today)
    add_messages(MessageState.DELIVERED, 3, country="DE", sent_on=today)
    page = browser.get("/analytics/countries/?period=7d&key=AT&show=messages")
    assert [row[-1] for row in numbers(page, "trend")][-1] == "2"
    assert words(page, "#trend thead") == "Day Austria"


def test_labels_stand_beside_what_has_none(
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
    browser: Client, connected: Connection, today: date, source: str
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
    browser: Client, connected: Connection, today: date
) -> None:
    counted(connected, today, sms=5, cost=2)
    for name, cost in (("North", 3), ("South", 1)):
        counted(connected, today, dimension="subaccount", key=name, sms=2, cost=cost)
    page = browser.get("/analytics/subaccounts/")
    assert [row[0] for row in lines(page)] == ["North", "South"]
    assert lines(page)[0][3] == f"75{EURO[0]}%"


def test_subaccounts_have_their_names_whatever_figures_were_shown_before(
    browser: Client, connected: Connection, today: date
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
    browser: Client, connected: Connection, today: date
) -> None:
    counted(connected, today, sms=5)
    for name in ("one", "two"):
        counted(connected, today, dimension="label", key=name, sms=2, cost=2)
        polled(connected, Poll.Kind.BREAKDOWN, timedelta(0))
        found = [row[0] for row in lines(browser.get("/analytics/labels/"))]
    assert found == ["one", "two"]


def test_time_that_is_not_broken_down_yet_is_not_compared(
    browser: Client, connected: Connection, today: date
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
    browser: Client, connected: Connection, today: date
) -> None:
    counted(connected, today, sms=5)
    counted(connected, today, dimension="label", key="=1+1", sms=2, cost=2)
    rows = downloaded(browser.get("/analytics/labels/?format=csv&chart=table"))
    assert rows[1][0] == "'=1+1"


def test_another_workspaces_figures_stay_there(
    stranger: User,
    client_as: ClientAs,
    add_messages: AddMessages,
    today: date,
) -> None:
    add_messages(MessageState.DELIVERED, 3, country="AT", sent_on=today)
    page = client_as(stranger).get("/analytics/countries/?source=here")
    assert "Austria" not in words(page)
