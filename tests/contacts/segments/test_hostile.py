"""Definitions that are broken or meant to harm: named as such, and never used."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Workspace
from contacts.models import Contact, CustomField, Group, Segment
from contacts.selectors import segments
from contacts.selectors.segments import Broken
from messaging.models import Campaign


def of(*conditions: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def line(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


CITY = line("city", "is", "Berlin")
SQL = "'; DROP TABLE contacts_contact; --"


@pytest.mark.parametrize(
    "definition",
    [
        None,
        [],
        "SELECT 1",
        {},
        of(),
        of(of()),
        of(of(of(CITY))),
        of(*[CITY] * 21),
        of(of(*[CITY] * 11), of(*[CITY] * 10)),
        of(CITY, match="none"),
        {"match": "all", "conditions": {"0": CITY}},
        of("1=1"),
        of({"field": ["city"], "op": "is", "value": "x"}),
        of(line("x" * 101, "is", "x")),
        of(line("search_text", "is", "x")),
        of(line("workspace__owner", "is", "x")),
        of(line("custom:gone", "is", "x")),
        of(line("city", "regex", "x")),
        of(line(SQL, "is", "x")),
        of(line("city", "is", "")),
        of(line("city", "is", {"x": 1})),
        of(line("city", "is", "x\0")),
        of(line("city", "is", "x" * 201)),
        of(line("created_at", "within", -1)),
        of(line("created_at", "within", 10**30)),
        of(line("created_at", "within", True)),
        of(line("created_at", "within", "٣")),
        of(line("created_at", "before", "0001-01-01")),
        of(line("created_at", "before", "31.02.2026")),
        of(line("birthday", "between", ["02-30", "03-01"])),
        of(line("birthday", "age", [30, 20])),
        of(line("country", "any", ["Germany"])),
        of(line("group", "any", [SQL])),
        of(line("group", "any", [str(uuid4())])),
        of(line("group", "any", [str(uuid4())] * 51 + ["x"] * 60)),
        of(line("opt_out", "is", "fax")),
        of(line("fact", "is", "rich")),
        of(line("campaign", "state", [str(uuid4()), "delivered"])),
        of(CITY, of(CITY, line("city", "is", ""), match="any")),
    ],
)
def test_broken_definition_is_refused_and_finds_nobody(
    workspace: Workspace, definition: Any
) -> None:
    Contact.objects.create(workspace=workspace, city="Berlin")
    with pytest.raises(Broken):
        segments.required(workspace, definition)
    segment = Segment(workspace=workspace, name="X", definition=definition)
    assert not Contact.objects.filter(segments.condition(segment)).exists()


@pytest.mark.parametrize(
    "text", [SQL, "%", "_", "\\", "%s", "{0}", '"', "a' OR '1'='1"]
)
@pytest.mark.parametrize("field", ["firstname", "city", "custom:note"])
@pytest.mark.parametrize("op", ["is", "contains", "starts"])
def test_value_is_a_value_whatever_it_holds(
    workspace: Workspace, field: str, op: str, text: str
) -> None:
    CustomField.objects.create(workspace=workspace, slug="note", label="Note")
    Contact.objects.create(workspace=workspace, firstname="x", city="y")
    column = field.removeprefix("custom:")
    values: Any = {"custom": {"note": text}} if column == "note" else {column: text}
    holder = Contact.objects.create(workspace=workspace, **values)
    question = segments.required(workspace, of(line(field, op, text)))
    assert list(Contact.objects.filter(question)) == [holder]


def test_slug_of_a_field_is_no_sql(workspace: Workspace) -> None:
    slug = "a'b\" %s"
    CustomField.objects.create(workspace=workspace, slug=slug, label="Odd")
    holder = Contact.objects.create(workspace=workspace, custom={slug: "1"})
    question = segments.required(workspace, of(line(f"custom:{slug}", "is", "1")))
    assert list(Contact.objects.filter(question)) == [holder]


def test_group_of_another_workspace_is_refused(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    theirs = Group.objects.create(workspace=other_workspace, name="Theirs")
    with pytest.raises(Broken):
        segments.required(workspace, of(line("group", "none", [str(theirs.pk)])))


def test_campaign_of_another_workspace_is_refused(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    theirs = Campaign.objects.create(
        workspace=other_workspace, name="Theirs", state="finished"
    )
    for op in ("reached", "not_reached"):
        with pytest.raises(Broken):
            segments.required(workspace, of(line("campaign", op, [str(theirs.pk)])))


def test_broken_condition_is_named_and_the_rest_is_still_said(
    workspace: Workspace,
) -> None:
    found = segments.checked(workspace, of(CITY, line("custom:shoe", "is", "43")))
    assert list(found.errors) == ["1"]
    assert "shoe" in found.errors["1"]
    assert "City is “Berlin” and [broken" in found.sentence()


def test_field_of_another_kind_now_is_broken(workspace: Workspace) -> None:
    field = CustomField.objects.create(workspace=workspace, slug="size", label="Size")
    definition = of(line("custom:size", "contains", "4"))
    assert segments.checked(workspace, definition).is_sound
    field.kind = "number"
    field.save()
    assert not segments.checked(workspace, definition).is_sound


def test_kept_definition_reads_back_as_itself(workspace: Workspace) -> None:
    CustomField.objects.create(
        workspace=workspace, slug="size", label="Size", kind="number"
    )
    typed = of(
        line("custom:size", "gt", "1,234"),
        line("created_at", "within", "7"),
        line("birthday", "between", ["24.12.", "6.1."]),
        of(line("city", "empty"), match="any"),
    )
    kept = segments.checked(workspace, typed).as_json()
    again = segments.checked(workspace, json.loads(json.dumps(kept))).as_json()
    assert again == kept
    assert kept["conditions"][0]["value"] == "1.2340"
    assert kept["conditions"][1]["value"] == 7


def test_sentence_says_the_whole(workspace: Workspace) -> None:
    group = Group.objects.create(workspace=workspace, name="Staff")
    definition = of(
        CITY,
        line("group", "none", [str(group.pk)]),
        of(line("last_sent", "not_within", 30), line("replied", "stop"), match="any"),
    )
    assert segments.checked(workspace, definition).sentence() == (
        "City is “Berlin” and not in group Staff and "
        "(no message in the last 30 days or replied STOP)"
    )
