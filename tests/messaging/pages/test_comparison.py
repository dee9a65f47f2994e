"""Campaigns side by side."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from messaging.models import Campaign, Message
from messaging.states import MessageState
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import soup, words


@pytest.fixture
def browser(reader: User, client_as: ClientAs) -> Client:
    return client_as(reader)


def add(
    workspace: Workspace, name: str, *, delivered: int, failed: int = 0, **more: Any
) -> Campaign:
    now = timezone.now()
    usual = {"state": "finished", "launched_at": now, "finished_at": now}
    campaign = Campaign.objects.create(
        workspace=workspace, name=name, **{**usual, **more}
    )
    for n in range(delivered + failed):
        Message.objects.create(
            workspace=workspace,
            campaign=campaign,
            recipient=f"+4917100{n:05}",
            country="DE",
            state=MessageState.DELIVERED if n < delivered else MessageState.UNDELIVERED,
            price=Decimal("0.075"),
        )
    return campaign


def compared(browser: Client, *campaigns: Campaign) -> Any:
    return browser.get("/campaigns/compare/", {"c": [str(c.pk) for c in campaigns]})


def cells(response: Any, label: str) -> list[str]:
    for row in soup(response).select(".compare-table tbody tr"):
        head = row.select_one("th")
        if head and head.get_text() == label:
            return [" ".join(td.get_text(" ").split()) for td in row.select("td")]
    raise AssertionError(label)


def test_figures_stand_side_by_side(browser: Client, workspace: Workspace) -> None:
    good = add(workspace, "Good", delivered=4)
    poor = add(workspace, "Poor", delivered=1, failed=1)
    response = compared(browser, poor, good)
    assert cells(response, "Delivered") == ["100 %", "50 %"]
    assert cells(response, "Cost for each delivered") == ["0.075 €", "0.15 €"]


def test_best_is_marked(browser: Client, workspace: Workspace) -> None:
    good = add(workspace, "Good", delivered=4)
    poor = add(workspace, "Poor", delivered=1, failed=1)
    best = soup(compared(browser, good, poor)).select("td.is-best")
    assert [td.get_text(strip=True) for td in best] == ["100\xa0%", "0.075\xa0€"]


def test_one_is_not_enough(browser: Client, workspace: Workspace) -> None:
    response = compared(browser, add(workspace, "Alone", delivered=1))
    assert "Choose 2 to 6 campaigns." in words(response)
    assert not soup(response).select(".compare-table")


def test_more_than_six_are_cut(browser: Client, workspace: Workspace) -> None:
    many = [add(workspace, f"C{n}", delivered=1) for n in range(8)]
    heads = soup(compared(browser, *many)).select(".compare-table thead th")
    assert len(heads) == 6


@pytest.mark.parametrize("value", ["x", "1", "' OR 1=1"])
def test_what_is_no_campaign_is_left_out(
    browser: Client, workspace: Workspace, value: str
) -> None:
    assert browser.get("/campaigns/compare/", {"c": [value]}).status_code == 200


def test_other_workspaces_campaigns_stay_theirs(
    browser: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    ours = add(workspace, "Ours", delivered=1)
    theirs = add(other_workspace, "Theirs", delivered=1)
    response = compared(browser, ours, theirs)
    assert "Theirs" not in words(response)
    assert not soup(response).select(".compare-table")


def test_same_text_is_found_each_time_it_was_sent(
    browser: Client, workspace: Workspace
) -> None:
    ago = timezone.now() - timedelta(days=30)
    first = add(workspace, "First", delivered=1, text="Bread!", launched_at=ago)
    add(workspace, "Other", delivered=1, text="Cake!")
    again = add(workspace, "Again", delivered=2, text="Bread!")
    page = soup(browser.get(f"/campaigns/{again.pk}/same-text/"))
    heads = [th.get_text() for th in page.select(".compare-table thead th")]
    assert heads == [first.name, again.name]
    assert page.select("#over-time")


def test_asks_a_bounded_number_of_queries(
    browser: Client, workspace: Workspace, django_assert_max_num_queries: Any
) -> None:
    many = [add(workspace, f"C{n}", delivered=1) for n in range(6)]
    compared(browser, *many)
    with django_assert_max_num_queries(55):
        compared(browser, *many)


def test_clicks_that_nobody_counted_are_not_none_clicked(
    browser: Client, workspace: Workspace
) -> None:
    plain = add(workspace, "Plain", delivered=2)
    tracked = add(workspace, "Tracked", delivered=2, options={"has_tracking": True})
    response = compared(browser, plain, tracked)
    assert cells(response, "Clicked") == ["not tracked", "0 %"]


def test_only_figure_of_its_kind_is_not_the_best(
    browser: Client, workspace: Workspace
) -> None:
    plain = add(workspace, "Plain", delivered=2)
    tracked = add(workspace, "Tracked", delivered=2, options={"has_tracking": True})
    page = soup(compared(browser, plain, tracked))
    best = [cell.get_text(strip=True) for cell in page.select("td.is-best")]
    assert not [text for text in best if text.startswith("0\N{NO-BREAK SPACE}%")]


def test_campaign_whose_start_was_held_is_not_offered(
    browser: Client, workspace: Workspace
) -> None:
    add(workspace, "Held", delivered=0, state="paused", launched_at=None)
    assert "Held" not in words(browser.get("/campaigns/compare/"), "main")
