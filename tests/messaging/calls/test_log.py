"""The log of calls: both directions in one list, narrowed and paged."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Workspace
from contacts.models import Contact
from messaging.models import Campaign, IncomingCall, Message
from messaging.selectors import call_filters, call_log
from messaging.selectors.call_filters import Filter
from tests.messaging.calls.conftest import AddCall, AddIncoming
from tests.messaging.pages.shown import soup, words


def found(workspace: Workspace, **wanted: str) -> list[tuple[bool, int]]:
    page = call_log.page(workspace, Filter(**wanted))
    return [(call.is_incoming, call.pk) for call in page.calls]


def line(row: Message | IncomingCall) -> tuple[bool, int]:
    return isinstance(row, IncomingCall), row.pk


def test_both_directions_stand_in_order_of_time(
    workspace: Workspace, add_call: AddCall, add_incoming: AddIncoming
) -> None:
    rows: list[Message | IncomingCall] = [
        *(add_call(1), add_incoming(2)),
        *(add_call(3), add_incoming(4)),
    ]
    assert found(workspace) == [line(row) for row in rows]


def test_other_channels_and_calls_that_were_not_made_are_no_calls(
    workspace: Workspace, add_call: AddCall
) -> None:
    add_call(state="skipped", attempted_at=None)
    Message.objects.filter(pk=add_call(1).pk).update(channel="sms")
    assert found(workspace) == []


def test_calls_of_another_workspace_are_not_shown(
    add_call: AddCall, add_incoming: AddIncoming, other_workspace: Workspace
) -> None:
    add_call()
    add_incoming()
    assert found(other_workspace) == []


@pytest.mark.parametrize("moments", [1, 7, 200])
def test_pages_leave_nothing_out_and_show_nothing_twice(
    workspace: Workspace, add_call: AddCall, add_incoming: AddIncoming, moments: int
) -> None:
    rows = [(add_call, add_incoming)[n % 2](n % moments) for n in range(120)]
    seen, after = [], ""
    first = call_log.page(workspace, Filter())
    while True:
        page = call_log.page(workspace, Filter(), after=after)
        seen += [(call.is_incoming, call.pk) for call in page.calls]
        before, after = page.before, page.after
        if not after:
            break
    assert sorted(seen) == sorted(line(row) for row in rows)
    assert len(seen) == len(set(seen)) == 120
    for _ in range(2):
        back = call_log.page(workspace, Filter(), before=before)
        before = back.before
    assert back.calls == first.calls


def test_every_filter_narrows(
    workspace: Workspace, add_call: AddCall, add_incoming: AddIncoming
) -> None:
    answered = add_call(1, digits="31", answer="1")
    missed = add_call(2, state="undelivered")
    going = add_call(3, state="transmitted")
    theirs = add_incoming(4, digits="5")
    assert found(workspace, direction="in") == [line(theirs)]
    assert found(workspace, direction="out", course="answered") == [line(answered)]
    assert found(workspace, course="unanswered") == [line(missed)]
    assert found(workspace, course="under_way") == [line(going)]
    assert found(workspace, course="received") == [line(theirs)]
    assert found(workspace, key="any") == [line(answered), line(theirs)]
    assert found(workspace, key="none") == [line(missed), line(going)]
    assert found(workspace, key="3") == [line(answered)]
    assert found(workspace, text=missed.recipient) == [line(missed)]
    assert found(workspace, text="0172 5550000") == [line(theirs)]
    assert found(workspace, date_to="2020-01-01") == []
    assert len(found(workspace, date_from="2020-01-01")) == 4


def test_name_of_a_contact_finds_its_calls(
    workspace: Workspace, add_call: AddCall, add_incoming: AddIncoming
) -> None:
    Contact.objects.create(
        workspace=workspace, phone="+491725550000", firstname="Anna", lastname="Weber"
    )
    add_call(1)
    theirs = add_incoming(2)
    assert found(workspace, text="weber") == [line(theirs)]
    assert found(workspace, text="nobody") == []


@pytest.mark.parametrize(
    "query",
    [
        {"key": "12", "course": "x", "direction": "up", "date_from": "soon"},
        {"date_to": "9999-12-31", "date_from": "0001-01-01"},
        {"after": "x", "before": "99999999999999999999999o1"},
        {"after": "-5o1"},
    ],
)
def test_odd_addresses_show_the_first_page(
    browser: Client, add_call: AddCall, query: dict[str, str]
) -> None:
    add_call()
    assert len(soup(browser.get("/calls/", query)).select("tbody tr")) == 1


def test_line_shows_what_a_person_wants_to_know(
    browser: Client, add_call: AddCall, workspace: Workspace
) -> None:
    contact = Contact.objects.create(
        workspace=workspace, phone="+491711230000", firstname="Anna"
    )
    call = add_call(1, digits="31", answer="1", contact=contact)
    page: Any = browser.get("/calls/")
    text = words(page, "tbody tr")
    for part in ("Answered", "12 s", "3 1", "confirm", "0.045", "Reminder", "Anna"):
        assert part in text
    link = soup(page).select_one("tbody a.row-link")
    assert link
    assert link["href"].endswith(f"/recipients/{call.pk}/")  # type: ignore[union-attr]


def test_call_to_us_shows_who_and_to_which_number(
    browser: Client, add_incoming: AddIncoming
) -> None:
    add_incoming(1, digits="5", caller="")
    text = words(browser.get("/calls/"), "tbody tr")
    assert "Number withheld" in text
    assert "to +49 177 1783130" in text


def test_empty_log_says_what_will_be_here(
    browser: Client, workspace: Workspace
) -> None:
    assert "No calls yet" in words(browser.get("/calls/"))


def test_page_costs_the_same_queries_whatever_its_size(
    browser: Client,
    calls: Campaign,
    add_call: AddCall,
    add_incoming: AddIncoming,
) -> None:
    add_call(0, digits="1", answer="1")
    add_incoming(0)
    with CaptureQueriesContext(connection) as of_one:
        browser.get("/calls/")
    for n in range(20):
        add_call(n, digits="1", answer="1")
        add_incoming(n)
    with CaptureQueriesContext(connection) as of_many:
        browser.get("/calls/")
    assert len(of_many) <= len(of_one)


def test_filter_keeps_its_words(workspace: Workspace) -> None:
    typed = {"key": "#", "course": "answered", "text": "a"}
    assert call_filters.read(typed).as_dict() == typed


def test_call_to_us_stands_in_the_timeline_of_its_contact(
    browser: Client, workspace: Workspace, add_incoming: AddIncoming
) -> None:
    contact = Contact.objects.create(workspace=workspace, phone="+491725550000")
    add_incoming(1, digits="5")
    add_incoming(2)
    page = browser.get(
        reverse("messaging:contact_timeline", args=[contact.uuid]), {"show": "calls"}
    )
    text = " ".join(soup(page).get_text(" ").split())
    assert text.count("Call to us") == 1
    assert "Keys 5" in text
