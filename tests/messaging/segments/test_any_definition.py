"""Whatever the builder can build finds whom plain Python finds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Workspace
from contacts.models import Contact, CustomField, Group, GroupMembership, OptOut
from contacts.selectors import segment_shapes, segments
from messaging.models import Campaign, Message

NOW = dt.datetime(2027, 3, 1, 11, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
CITIES = ("", "Bonn", "berlin", "Köln", "BERLIN-Mitte")
WORDS = ("b", "on", "Berlin", "KÖLN", "-", "%")


def person(at: int) -> dict[str, Any]:
    """Return one of forty people, as different as few fields make them."""
    born = dt.date(1960 + at, 1 + at * 5 % 12, 1 + at * 7 % 28)
    return {
        "city": CITIES[at % 5],
        "phone": "" if at % 7 == 0 else f"+49151000{at:05}",
        "birthday": None if at % 4 == 0 else born,
        "points": None if at % 3 == 0 else str(at * 10 - 50),
        "groups": {name for name, step in (("A", 2), ("B", 3)) if at % step == 0},
        "opted_out": at % 11 == 0 and at % 7 != 0,
        # Days since each message, and how it ended.
        "sent": [(at, "delivered"), (at * 2, "undelivered")] if at % 5 < 3 else [],
    }


PEOPLE = [person(at) for at in range(40)]


@pytest.fixture
def world(workspace: Workspace) -> dict[str, str]:
    """Store the people; return the ids of the groups."""
    CustomField.objects.create(
        workspace=workspace, slug="points", label="Points", kind="number"
    )
    groups = {n: Group.objects.create(workspace=workspace, name=n) for n in "AB"}
    campaigns = [
        Campaign.objects.create(workspace=workspace, name=str(n), state="finished")
        for n in range(2)
    ]
    for one in PEOPLE:
        points = one["points"]
        contact = Contact.objects.create(
            workspace=workspace,
            **{name: one[name] for name in ("city", "phone", "birthday")},
            custom={} if points is None else {"points": points},
        )
        for name in one["groups"]:
            GroupMembership.objects.create(group=groups[name], contact=contact)
        if one["opted_out"]:
            OptOut.objects.create(workspace=workspace, phone=one["phone"], source="x")
        for campaign, (ago, state) in zip(campaigns, one["sent"], strict=False):
            if one["phone"]:
                Message.objects.create(
                    workspace=workspace,
                    campaign=campaign,
                    recipient=one["phone"],
                    state=state,
                    attempted_at=NOW - dt.timedelta(days=ago),
                )
    return {name: str(group.pk) for name, group in groups.items()}


def holds(one: dict[str, Any], row: dict[str, Any]) -> bool:
    """Say in plain Python whether a person is meant by a definition."""
    if "match" in row:
        combine = all if row["match"] == "all" else any
        return bool(combine(holds(one, child) for child in row["conditions"]))
    field, op = str(row["field"]), str(row["op"])
    value: Any = row.get("value")
    if field == "city":
        return _text(one["city"].lower(), op, str(value or "").lower())
    if field == "custom:points":
        return _number(one["points"], op, value)
    if field == "birthday":
        return _birthday(one["birthday"], op, value)
    if field == "group":
        return _group(one["groups"], op, set(value))
    if field == "opt_out":
        return bool(one["opted_out"]) == (op == "is")
    return _sent(one["sent"] if one["phone"] else [], op, value)


def _text(text: str, op: str, value: str) -> bool:
    return {
        "is": text == value,
        "is_not": text != value,
        "contains": value in text,
        "contains_not": value not in text,
        "starts": text.startswith(value),
        "empty": not text,
        "filled": bool(text),
    }[op]


def _number(points: str | None, op: str, value: Any) -> bool:
    if op in ("empty", "filled"):
        return (points is None) == (op == "empty")
    if points is None:
        return False
    number = int(points)
    if op == "between":
        return int(value[0]) <= number <= int(value[1])
    other = int(value)
    return {"eq": number == other, "lt": number < other, "gt": number > other}[op]


def _birthday(born: dt.date | None, op: str, value: Any) -> bool:
    if op in ("empty", "filled"):
        return (born is None) == (op == "empty")
    if born is None:
        return False
    age = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
    if op == "age_from":
        return age >= int(value)
    coming = [TODAY + dt.timedelta(days=n) for n in range(int(value) + 1)]
    return (born.month, born.day) in {(day.month, day.day) for day in coming}


def _group(mine: set[str], op: str, wanted: set[str]) -> bool:
    return {
        "any": bool(mine & wanted),
        "all": wanted <= mine,
        "none": not mine & wanted,
    }[op]


def _sent(sent: list[tuple[int, str]], op: str, value: Any) -> bool:
    recent = [ago for ago, _state in sent if ago <= int(value or 0)]
    return {
        "within": bool(recent),
        "not_within": not recent,
        "ever": bool(sent),
        "never": not sent,
    }[op]


def one(field: str, op: str, value: Any = None) -> st.SearchStrategy[dict[str, Any]]:
    values = value if value is not None else st.none()
    return st.builds(lambda v: {"field": field, "op": op, "value": v}, values)


days = st.integers(1, 90)
points = st.integers(-60, 400)
names = st.lists(st.sampled_from("AB"), min_size=1, max_size=2, unique=True)
conditions = st.one_of(
    *(
        one("city", op, st.sampled_from(WORDS))
        for op in ("is", "is_not", "contains", "contains_not", "starts")
    ),
    *(one(field, op) for field in ("city", "birthday") for op in ("empty", "filled")),
    *(one("custom:points", op, points.map(str)) for op in ("eq", "lt", "gt")),
    one(
        "custom:points",
        "between",
        st.tuples(points, points)
        .map(sorted)
        .map(lambda pair: [str(number) for number in pair]),
    ),
    one("custom:points", "empty"),
    one("birthday", "age_from", st.integers(0, 70)),
    one("birthday", "soon", days),
    *(one("group", op, names) for op in ("any", "all", "none")),
    *(one("opt_out", op, st.just("any")) for op in ("is", "is_not")),
    *(one("last_sent", op, days) for op in ("within", "not_within")),
    *(one("last_sent", op) for op in ("ever", "never")),
)


def branch(children: Any) -> Any:
    return st.builds(
        lambda match, rows: {"match": match, "conditions": rows},
        st.sampled_from(("all", "any")),
        st.lists(children, min_size=1, max_size=4),
    )


def with_ids(row: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """Return a definition with ids where the plain one has names of groups."""
    if "match" in row:
        return {**row, "conditions": [with_ids(one, ids) for one in row["conditions"]]}
    if row["field"] == "group":
        return {**row, "value": [ids[name] for name in row["value"]]}
    return row


@settings(
    max_examples=120,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(definition=branch(st.one_of(conditions, branch(conditions))))
def test_definition_finds_whom_plain_python_finds(
    workspace: Workspace, world: dict[str, str], definition: dict[str, Any]
) -> None:
    question = segments.required(workspace, with_ids(definition, world), now=NOW)
    rows = Contact.objects.filter(workspace=workspace).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    expected = [
        pk for pk, one in zip(ids, PEOPLE, strict=True) if holds(one, definition)
    ]
    assert list(rows.filter(question).values_list("pk", flat=True)) == expected
    paged = rows.filter(segment_shapes.for_pages(question))
    assert list(paged.values_list("pk", flat=True)) == expected
