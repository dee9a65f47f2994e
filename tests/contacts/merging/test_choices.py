"""Which value stays when two contacts become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts import merging
from contacts.merging import BOTH, KEPT, OTHER

TEXTS = st.text("ab1 ", max_size=3).map(str.strip)
SIDES = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(["", "+491", "+492", "+493"]),
        "home_phone": st.sampled_from(["", "+491", "+492", "+494"]),
        "firstname": TEXTS,
        "notes": TEXTS,
        "custom:size": TEXTS,
    }
)
CHOICES = st.dictionaries(
    st.sampled_from(["phone", "home_phone", "firstname", "notes"]),
    st.sampled_from([KEPT, OTHER, BOTH, "nonsense"]),
)


def combined(chosen: list[merging.Line]) -> dict[str, str]:
    return merging.combined(chosen, key=lambda number: number, tell=lambda n: f"#{n}")


@pytest.mark.parametrize(
    ("kept", "other", "other_is_newer", "choice"),
    [
        ("Anna", "Anna", True, KEPT),
        ("Anna", "", True, KEPT),
        ("", "Anna", False, OTHER),
        ("Anna", "Anne", True, OTHER),
        ("Anna", "Anne", False, KEPT),
    ],
    ids=["same", "filled-beats-empty", "empty-yields", "newer", "older"],
)
def test_default_choice(
    kept: str, other: str, *, other_is_newer: bool, choice: str
) -> None:
    sides = {"firstname": kept}, {"firstname": other}
    (line,) = merging.lines(*sides, other_is_newer=other_is_newer)
    assert line.choice == choice


def test_two_notes_are_both_kept() -> None:
    lines = merging.lines({"notes": "one"}, {"notes": "two"}, other_is_newer=True)
    assert combined(lines)["notes"] == "one\n\ntwo"


def test_second_number_becomes_the_home_number() -> None:
    lines = merging.lines({"phone": "+1"}, {"phone": "+2"}, other_is_newer=False)
    assert combined(lines) == {"phone": "+1", "home_phone": "+2"}


def test_third_number_becomes_a_line_of_the_notes() -> None:
    sides = {"phone": "+1", "home_phone": "+3"}, {"phone": "+2", "home_phone": ""}
    values = combined(merging.lines(*sides, other_is_newer=False))
    assert (values["home_phone"], values["notes"]) == ("+3", "#+2")


def test_no_choice_takes_away_the_only_number() -> None:
    sides = {"phone": "+1"}, {"phone": ""}
    choices = {"phone": OTHER}
    lines = merging.lines(*sides, other_is_newer=False, choices=choices)
    assert combined(lines)["phone"] == "+1"


@given(kept=SIDES, other=SIDES, newer=st.booleans(), choices=CHOICES)
def test_no_number_is_ever_lost(
    kept: dict[str, str], other: dict[str, str], newer: bool, choices: dict[str, str]
) -> None:
    lines = merging.lines(kept, other, other_is_newer=newer, choices=choices)
    values = combined(lines)
    places = " ".join(values.get(n, "") for n in ("phone", "home_phone", "notes"))
    for side in (kept, other):
        assert all(side[n] in places for n in ("phone", "home_phone"))
    assert bool(values.get("phone")) == bool(kept["phone"] or other["phone"])
