"""Every operator against a few people, with answers written by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q

from accounts.models import Workspace
from contacts.models import (
    Contact,
    CustomField,
    Group,
    GroupMembership,
    NumberFact,
    OptOut,
)
from contacts.selectors import segment_shapes, segments

# A Thursday; half past midnight of it in Berlin is still the day before in UTC.
NOW = dt.datetime(2026, 12, 30, 23, 30, tzinfo=dt.UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(year: int, month: int, day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=BERLIN)


def add(workspace: Workspace, name: str, number: int, **values: Any) -> Contact:
    times = {
        key: values.pop(key) for key in ("created_at", "updated_at") if key in values
    }
    phone = f"+4915100000{number:03}" if number else ""
    made = Contact.objects.create(
        workspace=workspace, firstname=name, phone=phone, **values
    )
    if times:
        Contact.objects.filter(pk=made.pk).update(**times)
    return made


@pytest.fixture
def people(workspace: Workspace) -> dict[str, Contact]:
    """Ada has everything, Ben something else, Cleo nothing but a name."""
    for slug, kind in (
        ("plan", "text"),
        ("size", "number"),
        ("since", "date"),
        ("vip", "boolean"),
        ("color", "choice"),
    ):
        CustomField.objects.create(
            workspace=workspace,
            slug=slug,
            label=slug.title(),
            kind=kind,
            choices=["Red", "Green"] if kind == "choice" else [],
        )
    ada = add(
        workspace,
        "Ada",
        1,
        city="Berlin",
        country="DE",
        email="ada@x.example",
        birthday=dt.date(1990, 1, 2),
        custom={
            "plan": "Gold 100%",
            "size": "12.5",
            "since": "2026-12-24",
            "vip": "1",
            "color": "Red",
        },
        created_at=berlin(2026, 12, 30, 0),
        updated_at=berlin(2026, 12, 31, 0),
    )
    ben = add(
        workspace,
        "Ben",
        2,
        city="bern",
        country="CH",
        birthday=dt.date(2008, 12, 31),
        custom={"plan": "gold_", "size": "-3", "since": "2027-01-05", "vip": "0"},
        created_at=berlin(2026, 12, 29, 23),
        updated_at=berlin(2026, 12, 29, 23),
    )
    cleo = add(
        workspace,
        "Cleo",
        0,
        custom={"size": "many", "since": "soon", "color": "Blue"},
        created_at=berlin(2020, 1, 1),
        updated_at=berlin(2020, 1, 1),
    )
    dora = add(
        workspace,
        "Dora",
        4,
        city="BERLIN",
        country="DE",
        birthday=dt.date(2000, 2, 29),
        created_at=berlin(2026, 12, 1),
        updated_at=berlin(2026, 12, 1),
    )
    return {"Ada": ada, "Ben": ben, "Cleo": cleo, "Dora": dora}


def found(workspace: Workspace, *conditions: Any, match: str = "all") -> str:
    definition = {"match": match, "conditions": list(conditions)}
    question = segments.required(workspace, definition, now=NOW)
    return both_shapes(workspace, question)


def both_shapes(workspace: Workspace, question: Q) -> str:
    """Return who is found, which must be the same in pages and when counted."""
    rows = Contact.objects.filter(workspace=workspace).order_by("firstname")
    counted = "".join(row.firstname[0] for row in rows.filter(question))
    paged = rows.filter(segment_shapes.for_pages(question))
    assert "".join(row.firstname[0] for row in paged) == counted
    return counted


def line(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("city", "is", "berlin", "AD"),
        ("city", "is_not", "Berlin", "BC"),
        ("city", "contains", "ER", "ABD"),
        ("city", "contains_not", "lin", "BC"),
        ("city", "starts", "be", "ABD"),
        ("city", "starts", "er", ""),
        ("city", "empty", None, "C"),
        ("city", "filled", None, "ABD"),
        ("firstname", "is", "ADA", "A"),
        ("firstname", "contains", "o", "CD"),
        ("firstname", "starts", "o", ""),
        ("email", "contains", "%", ""),
        ("email", "contains", "_", ""),
        ("email", "is", "ada@x.example", "A"),
        ("phone", "filled", None, "ABD"),
        ("phone", "empty", None, "C"),
        ("phone", "starts", "+4915100000001", "A"),
        ("phone", "contains", "0151 00000002", "B"),
        ("country", "any", ["DE", "AT"], "AD"),
        ("country", "none", ["DE"], "BC"),
        ("country", "empty", None, "C"),
        ("birthday", "filled", None, "ABD"),
        ("birthday", "empty", None, "C"),
        ("birthday", "today", None, "B"),
        ("birthday", "soon", 1, "B"),
        ("birthday", "soon", 2, "AB"),
        ("birthday", "soon", 59, "AB"),
        ("birthday", "soon", 60, "ABD"),
        ("birthday", "soon", 365, "ABD"),
        ("birthday", "between", ["12-24", "01-02"], "AB"),
        ("birthday", "between", ["24.12.", "1.1."], "B"),
        ("birthday", "between", ["02-01", "02-29"], "D"),
        ("birthday", "age_from", 18, "ABD"),
        ("birthday", "age_from", 19, "AD"),
        ("birthday", "age_under", 19, "B"),
        ("birthday", "age_under", 18, ""),
        ("birthday", "age", [26, 36], "AD"),
        ("birthday", "age", [27, 35], ""),
        ("created_at", "within", 1, "A"),
        ("created_at", "within", 0, ""),
        ("created_at", "within", 2, "AB"),
        ("created_at", "longer_ago", 2, "CD"),
        ("created_at", "before", "2026-12-29", "CD"),
        ("created_at", "after", "2026-12-29", "A"),
        ("updated_at", "within", 0, "A"),
        ("custom:plan", "is", "gold 100%", "A"),
        ("custom:plan", "contains", "%", "A"),
        ("custom:plan", "contains", "_", "B"),
        ("custom:plan", "is_not", "gold_", "ACD"),
        ("custom:plan", "empty", None, "CD"),
        ("custom:size", "eq", "12,50", "A"),
        ("custom:size", "lt", "0", "B"),
        ("custom:size", "gt", "-3", "A"),
        ("custom:size", "between", ["-3", "12.5"], "AB"),
        ("custom:size", "filled", None, "ABC"),
        ("custom:since", "on", "2026-12-24", "A"),
        ("custom:since", "before", "2027-01-01", "A"),
        ("custom:since", "after", "2026-12-24", "B"),
        ("custom:since", "past", 7, "A"),
        ("custom:since", "past", 6, ""),
        ("custom:since", "coming", 5, "B"),
        ("custom:since", "coming", 4, ""),
        ("custom:vip", "yes", None, "A"),
        ("custom:vip", "no", None, "B"),
        ("custom:vip", "empty", None, "CD"),
        ("custom:color", "any", ["Red", "Green"], "A"),
        ("custom:color", "none", ["Red"], "BCD"),
    ],
)
def test_field_of_a_contact(
    workspace: Workspace,
    people: dict[str, Contact],
    field: str,
    op: str,
    value: Any,
    expected: str,
) -> None:
    assert found(workspace, line(field, op, value)) == expected


@pytest.mark.parametrize(
    ("op", "names", "expected"),
    [
        ("any", ["Staff"], "AB"),
        ("any", ["Staff", "Press"], "AB"),
        ("all", ["Staff", "Press"], "A"),
        ("none", ["Press"], "BCD"),
        ("none", ["Press", "Staff"], "CD"),
    ],
)
def test_group(
    workspace: Workspace,
    people: dict[str, Contact],
    op: str,
    names: list[str],
    expected: str,
) -> None:
    made = {
        name: Group.objects.create(workspace=workspace, name=name)
        for name in ("Staff", "Press")
    }
    for group, person in (("Staff", "Ada"), ("Staff", "Ben"), ("Press", "Ada")):
        GroupMembership.objects.create(group=made[group], contact=people[person])
    ids = [str(made[name].pk) for name in names]
    assert found(workspace, line("group", op, ids)) == expected


@pytest.mark.parametrize(
    ("op", "channel", "expected"),
    [
        ("is", "any", "AB"),
        ("is", "sms", "AB"),
        ("is", "voice", "A"),
        ("is", "all", "A"),
        ("is_not", "any", "CD"),
        ("is_not", "voice", "BCD"),
    ],
)
def test_opt_out(
    workspace: Workspace,
    people: dict[str, Contact],
    op: str,
    channel: str,
    expected: str,
) -> None:
    for person, gone in (("Ada", ""), ("Ben", "sms")):
        OptOut.objects.create(
            workspace=workspace,
            phone=people[person].phone,
            channel=gone,
            source="manual",
        )
    assert found(workspace, line("opt_out", op, channel)) == expected


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("fact", "is", "landline", "A"),
        ("fact", "is_not", "landline", "BCD"),
        ("fact", "is", "rcs", "B"),
        ("network", "any", ["Red Net"], "B"),
        ("network", "none", ["Red Net"], "ACD"),
        ("looked_up", "within", 3, "B"),
        ("looked_up", "not_within", 3, "ACD"),
        ("looked_up", "never", None, "CD"),
    ],
)
def test_what_lookups_found(
    workspace: Workspace,
    people: dict[str, Contact],
    field: str,
    op: str,
    value: Any,
    expected: str,
) -> None:
    NumberFact.objects.create(
        workspace=workspace,
        phone=people["Ada"].phone,
        network_type="fixed_line",
        format_at=NOW - dt.timedelta(days=20),
    )
    NumberFact.objects.create(
        workspace=workspace,
        phone=people["Ben"].phone,
        has_rcs=True,
        rcs_at=NOW - dt.timedelta(days=2),
        network="Red Net",
        mnp_at=NOW - dt.timedelta(days=200),
    )
    assert found(workspace, line(field, op, value)) == expected


def test_any_and_nested_conditions(
    workspace: Workspace, people: dict[str, Contact]
) -> None:
    either = {
        "match": "any",
        "conditions": [line("country", "any", ["CH"]), line("email", "filled")],
    }
    assert found(workspace, either, line("city", "starts", "ber")) == "AB"
    assert found(workspace, either, line("phone", "empty"), match="any") == "ABC"


def test_other_workspace_is_never_in_it(
    workspace: Workspace, other_workspace: Workspace, people: dict[str, Contact]
) -> None:
    add(other_workspace, "Eve", 1, city="Berlin")
    assert found(workspace, line("city", "is", "Berlin")) == "AD"
