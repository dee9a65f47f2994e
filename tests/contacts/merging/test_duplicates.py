"""Which contacts are suggested as one person, and which are not."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEntry, User, Workspace
from contacts.models import Contact, Duplicate, DuplicateSearch
from contacts.selectors import duplicates as selected
from contacts.services import contacts, duplicates
from contacts.tasks import search_duplicates

BORN = date(1990, 5, 17)
ANNA = {"firstname": "Anna", "lastname": "Schmidt"}
MAX = {"firstname": "Max", "lastname": "Schmidt"}
SHARED = {"email": "family@x.example"}
HOUSE = {"address": "Lindenstraße 5", "postal_code": "10969"}


def add(workspace: Workspace, **fields: Any) -> Contact:
    return contacts.create(workspace=workspace, actor=None, **fields)


def search(workspace: Workspace) -> list[str]:
    duplicates.run(duplicates.start(workspace=workspace, actor=None).id)
    return list(Duplicate.objects.order_by("id").values_list("reason", flat=True))


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        ({"email": "a@x.example"}, {"email": " A@X.example"}, "email"),
        ({"phone": "+491711234567"}, {"home_phone": "0171 / 123 45 67"}, "number"),
        ({"phone": "+491711234567"}, {"home_phone": "+49 (0)171 1234567"}, "number"),
        (
            {"firstname": "Jörg", "lastname": "Groß", "birthday": BORN},
            {"firstname": "GROSS", "lastname": "Joerg", "birthday": BORN},
            "birthday",
        ),
        (
            {**ANNA, **HOUSE},
            {**ANNA, "address": "Lindenstrasse 5", "postal_code": "10969"},
            "address",
        ),
        ({**ANNA, "company": "X GmbH"}, {**ANNA, "company": "x gmbh"}, "company"),
        ({**ANNA, "home_phone": "030 12"}, {**ANNA, "home_phone": "+4930 12"}, "home"),
        (
            {**ANNA, "birthday": BORN},
            {**ANNA, "firstname": "Anne", "birthday": BORN},
            "spelling",
        ),
        (
            {"firstname": "Jon", "lastname": "Smith", "birthday": BORN},
            {"firstname": "Jon", "lastname": "Smyth", "birthday": BORN},
            "spelling",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_pair_is_found(
    workspace: Workspace, one: dict[str, Any], two: dict[str, Any], reason: str
) -> None:
    add(workspace, **one)
    add(workspace, **two)
    assert search(workspace) == [reason]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (ANNA, ANNA),
        ({**ANNA, "city": "Berlin"}, {**ANNA, "city": "Berlin"}),
        ({**SHARED, **ANNA}, {**SHARED, **MAX}),
        ({**SHARED, "birthday": BORN}, {**SHARED, "birthday": date(1960, 1, 1)}),
        ({**ANNA, **HOUSE}, {**MAX, **HOUSE}),
        ({**ANNA, "birthday": BORN}, {**MAX, "birthday": BORN}),
        ({"home_phone": "030 123456"}, {"home_phone": "030 123456"}),
    ],
    ids=["name-alone", "name-and-city", "couple", "parent", "family", "twins", "home"],
)
def test_pair_is_not_suggested(
    workspace: Workspace, one: dict[str, Any], two: dict[str, Any]
) -> None:
    add(workspace, **one)
    add(workspace, **two)
    assert search(workspace) == []


def test_address_of_an_office_says_nothing(workspace: Workspace) -> None:
    for n in range(6):
        add(workspace, email="info@x.example", firstname=f"A{n}")
    assert search(workspace) == []


def test_other_workspaces_are_not_compared(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    add(workspace, email="a@x.example")
    add(other_workspace, email="a@x.example")
    assert search(workspace) == []


@pytest.fixture
def pair(workspace: Workspace) -> Duplicate:
    add(workspace, email="a@x.example")
    add(workspace, email="a@x.example")
    search(workspace)
    return Duplicate.objects.get()


def test_dismissed_pair_stays_dismissed(pair: Duplicate, owner: User) -> None:
    duplicates.dismiss(pair=pair, actor=owner)
    search(pair.workspace)
    assert selected.page(pair.workspace).rows == []
    assert selected.page(pair.workspace, is_dismissed=True).rows == [pair]


def test_dismissing_is_in_the_audit_trail_of_both(pair: Duplicate, owner: User) -> None:
    duplicates.dismiss(pair=pair, actor=owner)
    entries = AuditEntry.objects.filter(action="duplicate.dismiss", actor=owner)
    uuids = {str(pair.first.uuid), str(pair.second.uuid)}
    assert {entry.subject for entry in entries} == uuids


def test_pair_that_no_longer_looks_alike_is_dropped(pair: Duplicate) -> None:
    contacts.update(contact=pair.first, actor=None, email="b@x.example")
    assert search(pair.workspace) == []


def test_killed_search_goes_on_and_doubles_nothing(workspace: Workspace) -> None:
    add(workspace, email="a@x.example")
    add(workspace, email="a@x.example")
    work = duplicates.start(workspace=workspace, actor=None)
    DuplicateSearch.objects.update(bookmark=1, done=1)
    assert duplicates.run(work.id)
    work.refresh_from_db()
    assert (work.done, work.state) == (work.total, "finished")
    assert Duplicate.objects.count() == 1


def test_search_that_cannot_be_done_fails_and_does_not_go_round(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = duplicates.start(workspace=workspace, actor=None)
    monkeypatch.setattr(duplicates, "STATEMENTS", (("email", "SELECT 1 / 0"),))
    assert not duplicates.run(work.id)
    work.refresh_from_db()
    assert work.state == DuplicateSearch.State.FAILED


def test_one_search_runs_at_a_time(workspace: Workspace) -> None:
    first = duplicates.start(workspace=workspace, actor=None)
    assert duplicates.start(workspace=workspace, actor=None) == first


@pytest.mark.django_db(transaction=True)
def test_start_does_not_wait_for_who_changes_the_workspace(
    workspace: Workspace,
) -> None:
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as held, connection.cursor() as ours:
        other.set_autocommit(False)
        held.execute("SELECT FROM accounts_workspace FOR NO KEY UPDATE")
        ours.execute("SET lock_timeout = '1s'")
        assert duplicates.start(workspace=workspace, actor=None)
        ours.execute("RESET lock_timeout")
        other.rollback()


def test_every_workspace_is_searched_at_night(workspace: Workspace) -> None:
    add(workspace, email="a@x.example")
    assert search_duplicates()["rung"] == 1
    assert DuplicateSearch.objects.get().workspace == workspace
