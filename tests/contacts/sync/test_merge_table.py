"""The three-way merge, case by case and over every combination."""

from __future__ import annotations

from itertools import product

import pytest

from contacts.sync_merge import Policy, Verdict, Ways, allowed, merge_members, verdict

BOTH, PULL, PUSH, NONE = (
    Ways(pull=True, push=True),
    Ways(pull=True, push=False),
    Ways(pull=False, push=True),
    Ways(pull=False, push=False),
)
SIDES = ("", "a", "b", "c")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("a", "a", "a", "same"),
        ("a", "b", "a", "push"),
        ("a", "", "a", "push"),
        ("a", "a", "b", "pull"),
        ("a", "a", "", "pull"),
        ("a", "b", "b", "same"),
        ("a", "", "", "same"),
        ("a", "b", "c", "conflict"),
        ("a", "", "c", "conflict"),
        ("a", "b", "", "conflict"),
        ("", "b", "", "push"),
        ("", "", "c", "pull"),
        ("", "b", "c", "conflict"),
        (None, "", "", "same"),
        (None, "b", "", "push"),
        (None, "", "c", "pull"),
        (None, "b", "b", "same"),
        (None, "b", "c", "conflict"),
    ],
)
def test_verdict(base: str | None, ours: str, theirs: str, expected: str) -> None:
    assert verdict(base, base, ours, theirs, theirs) == expected


@pytest.mark.parametrize(
    ("base_ours", "base_theirs", "ours", "expected"),
    [
        ("", "abc", "", "nothing"),
        ("", "abc", "+49171", "push"),
        ("", "old", "", "leave"),
        ("+49171", "0171", "+49171", "leave"),
        ("+49171", "0171", "+49172", "conflict"),
        (None, None, "", "leave"),
        (None, None, "+49171", "leave"),
    ],
)
def test_value_that_we_cannot_hold_is_never_taken_over(
    base_ours: str | None, base_theirs: str | None, ours: str, expected: str
) -> None:
    assert verdict(base_ours, base_theirs, ours, "abc", None) == expected


@pytest.mark.parametrize(
    ("ways", "policy", "expected"),
    [
        (BOTH, Policy.ASK, "conflict"),
        (BOTH, Policy.OURS, "push"),
        (BOTH, Policy.THEIRS, "pull"),
        (PULL, Policy.ASK, "pull"),
        (PULL, Policy.OURS, "pull"),
        (PUSH, Policy.ASK, "push"),
        (PUSH, Policy.THEIRS, "push"),
        (NONE, Policy.OURS, "hold"),
    ],
)
def test_conflict_is_settled_by_ways_and_policy(
    ways: Ways, policy: str, expected: str
) -> None:
    found = allowed(Verdict.CONFLICT, ways, policy, is_readable=True)
    assert found == expected


def test_no_combination_loses_a_change() -> None:
    """Whoever is overwritten had not changed anything, unless a rule says so."""
    for base, ours, theirs in product((None, *SIDES), SIDES, SIDES):
        what = verdict(base, base, ours, theirs, theirs)
        if what == Verdict.PULL:
            assert ours == (base or "")
        if what == Verdict.PUSH:
            assert theirs == (base or "")
        if what in (Verdict.SAME, Verdict.NOTHING):
            assert ours == theirs


def test_no_way_that_is_closed_is_taken() -> None:
    for what, ways, policy, can in product(
        Verdict, (BOTH, PULL, PUSH, NONE), Policy, (True, False)
    ):
        found = allowed(what, ways, policy, is_readable=can)
        assert found != Verdict.PULL or (ways.pull and can)
        assert found != Verdict.PUSH or ways.push
        assert found != Verdict.CONFLICT or (ways == BOTH and policy == Policy.ASK)


def test_members_of_every_kind() -> None:
    """One group each: was in base, is ours, is theirs; both ways are open."""
    found = {}
    for was, mine, other in product((0, 1), repeat=3):
        one = merge_members(
            base=[1] * was, ours=[1] * mine, theirs=[1] * other, pulled=[1], pushed=[1]
        )
        found[was, mine, other] = (
            len(one.join_ours) - len(one.leave_ours),
            len(one.join_theirs) - len(one.leave_theirs),
        )
    assert found == {
        (0, 0, 0): (0, 0),
        (0, 0, 1): (1, 0),
        (0, 1, 0): (0, 1),
        (0, 1, 1): (0, 0),
        (1, 0, 0): (0, 0),
        (1, 0, 1): (0, -1),
        (1, 1, 0): (-1, 0),
        (1, 1, 1): (0, 0),
    }


def test_members_of_a_one_way_group_stay_where_they_are() -> None:
    found = merge_members(base=[1, 2], ours=[1], theirs=[2], pulled=[1], pushed=[2])
    assert found.leave_ours == {1}
    assert found.leave_theirs == {2}
    held = merge_members(base=[1, 2], ours=[1], theirs=[2], pulled=[2], pushed=[1])
    assert not (held.pulls or held.pushes)
    assert held.base == {1, 2}
