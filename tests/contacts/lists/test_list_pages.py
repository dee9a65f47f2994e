"""Pages of contacts: complete and in order, whichever step finds them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from contacts.folding import fold
from contacts.models import Contact, Group, OptOut, Segment
from contacts.selectors import contacts as selected
from contacts.selectors import counts, list_steps, lists
from contacts.selectors.criteria import Filter
from contacts.services import groups

WITH_NUMBER = {
    "match": "all",
    "conditions": [{"field": "phone", "op": "filled"}],
}
NAMES = ("Anna", "anna", "Änne", "Zoë", "Łukasz", "Straße", "Bo", "")
SIZE = 7


@pytest.fixture
def crowd(workspace: Workspace, other_workspace: Workspace) -> Group:
    """120 contacts with names that recur, half of them in a group; and strangers."""
    chance = random.Random(7)
    rows = [
        Contact(
            workspace=other_workspace if n % 10 == 9 else workspace,
            firstname=chance.choice(NAMES),
            phone=f"+4917112340{n:02d}" if n % 3 and n < 100 else "",
            country="DE" if n % 3 and n < 100 else "",
            custom={"size": chance.choice("SML")},
        )
        for n in range(120)
    ]
    Contact.objects.bulk_create(rows)
    group = groups.create(workspace=workspace, name="Half", actor=None)
    half = [row.uuid for row in rows[::2]]
    groups.add(group=group, uuids=half, actor=None)
    OptOut.objects.create(workspace=workspace, phone="+491711234001", source="reply")
    return group


STEPS = {
    "walk": {},
    "gather": {"WINDOW": 3},
    "sort": {"WINDOW": 3, "MAX_GATHERED": -2},
    "walk on": {"WINDOW": 3, "MAX_GATHERED": 2, "MAX_SORTED": 0, "FAR": 4},
}
FILTERS = (
    Filter(),
    Filter(text="anna"),
    Filter(text="zo"),
    Filter(text="qqq"),
    Filter(text="0171 1234"),
    Filter(state="opted_out"),
    Filter(state="reachable"),
    Filter(country="DE", text="anna"),
    Filter(number="without"),
    Filter(field="size", how="is", value="M"),
)


@pytest.fixture(params=STEPS)
def step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STEPS[request.param].items():
        monkeypatch.setattr(list_steps, name, value)


def expected(workspace: Workspace, wanted: Filter, sort: str) -> list[int]:
    rows = list(selected.matching(workspace, wanted))
    if "name" in sort:
        rows.sort(key=lambda row: (row.name_key, row.pk))
    else:
        rows.sort(key=lambda row: row.pk)
    return [row.pk for row in (rows[::-1] if sort.startswith("-") else rows)]


def walked(workspace: Workspace, wanted: Filter, sort: str) -> Iterator[list[int]]:
    after = ""
    while True:
        page = lists.page(workspace, wanted, sort=sort, after=after, size=SIZE)
        yield [row.pk for row in page.rows]
        if not page.after:
            return
        after = page.after


@pytest.mark.parametrize("sort", lists.ORDERS)
def test_pages_show_each_match_once_and_in_order(
    workspace: Workspace, crowd: Group, step: None, sort: str
) -> None:
    for wanted in FILTERS:
        for narrowed in (wanted, replace(wanted, group=crowd)):
            pages = list(walked(workspace, narrowed, sort))
            assert all(len(page) == SIZE for page in pages[:-1])
            shown = [pk for page in pages for pk in page]
            assert shown == expected(workspace, narrowed, sort), narrowed


@pytest.mark.parametrize("sort", ["-added", "name"])
def test_way_back_shows_the_same_pages(
    workspace: Workspace, crowd: Group, step: None, sort: str
) -> None:
    wanted = Filter(text="anna")
    first = lists.page(workspace, wanted, sort=sort, size=SIZE)
    second = lists.page(workspace, wanted, sort=sort, after=first.after, size=SIZE)
    back = lists.page(workspace, wanted, sort=sort, before=second.before, size=SIZE)
    assert back.rows == first.rows
    assert not back.before


@pytest.mark.parametrize("sort", ["", "name", "no order"])
def test_cursor_that_is_none_means_the_first_page(
    workspace: Workspace, crowd: Group, sort: str
) -> None:
    first = lists.page(workspace, Filter(), sort=sort)
    for text in ("x", "12~", "~anna", "9" * 30, "1~\0", "-5"):
        again = lists.page(workspace, Filter(), sort=sort, after=text, before=text)
        assert again.rows == first.rows, text


def test_names_sort_as_people_read_them_and_the_nameless_come_last(
    workspace: Workspace, crowd: Group
) -> None:
    rows = lists.page(workspace, Filter(), sort="name", size=200).rows
    names = [fold(row.firstname) for row in rows]
    assert names == sorted(names, key=lambda name: (not name, name))


def test_total_of_few_is_exact(workspace: Workspace, crowd: Group) -> None:
    for wanted in FILTERS:
        total = lists.page(workspace, wanted, size=200).total
        assert total == (selected.matching(workspace, wanted).count(), True)


def test_total_of_a_group_is_its_count(workspace: Workspace, crowd: Group) -> None:
    crowd.refresh_from_db()
    total = lists.page(workspace, Filter(group=crowd), size=SIZE).total
    assert total == (crowd.member_count, True)


def test_total_of_a_small_workspace_is_counted_for_every_filter(
    workspace: Workspace, crowd: Group
) -> None:
    for wanted in FILTERS:
        total = lists.page(workspace, wanted, size=1).total
        assert total == (selected.matching(workspace, wanted).count(), True), wanted


def test_total_of_a_segment_is_its_last_count_where_there_are_many(
    workspace: Workspace, crowd: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MAX_EXACT", 10)
    segment = Segment.objects.create(
        workspace=workspace,
        name="With a number",
        definition=WITH_NUMBER,
        member_count=640,
    )
    total = lists.page(workspace, Filter(segment=segment), size=1).total
    assert total == (640, False)


@pytest.mark.parametrize("sort", lists.ORDERS)
def test_segment_that_is_dear_to_ask_is_shown_in_parts(
    workspace: Workspace, crowd: Group, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """Every look beyond the next 15 contacts is cut off."""

    def too_long(question: list_steps.Question) -> list_steps.Found:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(list_steps, "WINDOW", 15)
    monkeypatch.setattr(list_steps, "_leap", too_long)
    anna = {"field": "firstname", "op": "is", "value": "Anna"}
    segment = Segment.objects.create(
        workspace=workspace,
        name="Anna",
        definition={"match": "all", "conditions": [anna]},
    )
    with CaptureQueriesContext(connection) as asked:
        lists.page(workspace, Filter(segment=segment), sort=sort, size=SIZE)
    dear = [query["sql"] for query in asked if "Anna" in query["sql"]]
    assert dear and len(dear) == len(set(dear))
    pages = list(walked(workspace, Filter(segment=segment), sort))
    assert len(pages) > 3
    shown = [pk for page in pages for pk in page]
    assert shown == expected(workspace, Filter(segment=segment), sort)
