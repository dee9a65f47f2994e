"""What each word of a filter finds, and what becomes of words that are none."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import Http404

from accounts.models import Workspace
from contacts.models import Contact, Group, Segment
from contacts.selectors import contacts as selected
from contacts.selectors import criteria
from contacts.services import contacts

EARLIER, LATER = "2001-01-01", "2999-01-01"


@pytest.fixture
def two(workspace: Workspace) -> list[Contact]:
    """Anna with a German number and fields of her own, Bo with nothing but a name."""
    anna = contacts.create(
        workspace=workspace,
        actor=None,
        firstname="Anna",
        phone="+491711234567",
        custom={"size": "XL", "note": 'Says "12 inch"'},
    )
    return [anna, contacts.create(workspace=workspace, actor=None, firstname="Bo")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"number": "with"}, ["Anna"]),
        ({"number": "without"}, ["Bo"]),
        ({"number": "perhaps"}, ["Anna", "Bo"]),
        ({"country": "de"}, ["Anna"]),
        ({"country": "AT"}, []),
        ({"country": "germany"}, ["Anna", "Bo"]),
        ({"added": EARLIER}, ["Anna", "Bo"]),
        ({"added": LATER}, []),
        ({"changed": EARLIER}, ["Anna", "Bo"]),
        ({"changed": LATER}, []),
        ({"changed": "yesterday"}, ["Anna", "Bo"]),
        ({"field": "size", "value": "xl"}, ["Anna"]),
        ({"field": "size", "value": "x"}, []),
        ({"field": "size", "how": "contains", "value": "x"}, ["Anna"]),
        ({"field": "note", "how": "contains", "value": '"12 inch"'}, ["Anna"]),
        ({"field": "size"}, ["Anna", "Bo"]),
        ({"field": "si\0ze", "value": "\0"}, ["Anna", "Bo"]),
        ({"q": "an\0na"}, ["Anna"]),
    ],
    ids=str,
)
def test_word_of_a_filter_finds(
    workspace: Workspace, two: list[Contact], words: dict[str, str], found: list[str]
) -> None:
    rows = selected.matching(workspace, criteria.read(workspace, words))
    assert sorted(row.firstname for row in rows) == found


def test_list_is_narrowed_by_a_segment(
    workspace: Workspace, two: list[Contact]
) -> None:
    condition = {"field": "firstname", "op": "is", "value": "bo"}
    segment = Segment.objects.create(
        workspace=workspace,
        name="Bos",
        definition={"match": "all", "conditions": [condition]},
    )
    wanted = criteria.read(workspace, {"segment": str(segment.id)})
    assert list(selected.matching(workspace, wanted)) == [two[1]]


def test_filter_reads_back_what_it_wrote(workspace: Workspace, group: Group) -> None:
    wanted = criteria.Filter(
        text="anna",
        group=group,
        state="reachable",
        country="DE",
        number="with",
        added=dt.date(2026, 1, 31),
        changed=dt.date(2026, 2, 1),
        field="size",
        how="is",
        value="XL",
    )
    assert criteria.read(workspace, wanted.as_dict()) == wanted


def test_thing_of_another_workspace_is_not_found(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    group = Group.objects.create(workspace=other_workspace, name="Theirs")
    segment = Segment.objects.create(workspace=other_workspace, name="Theirs")
    for words in ({"group": str(group.id)}, {"segment": str(segment.id)}):
        with pytest.raises(Http404):
            criteria.read(workspace, words)
