"""Edits on both sides and trouble in between: both sides end up alike, nothing lost.

A seeded random walk: people edit, add and delete on either side, the gateway answers
late, twice, wrongly or not at all, and a worker is now and then taken off a run. Every
value that somebody has entered is remembered; at the end each of them is on both sides,
or was overwritten by a later one of the same field, or was part of a decided conflict.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from contacts.models import Contact, Group, SyncLink, SyncRun
from contacts.services import contacts, groups, works
from contacts.services.sync import decisions, listing, pairs, runs, setups
from contacts.sync_fields import GATEWAY_NAMES
from tests.contacts.sync.conftest import Sides

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
EDITED = ("firstname", "lastname", "city", "notes", "email")
FAULTS = {
    "503": 0.03,
    "503-after": 0.03,
    "429": 0.02,
    "drop-before": 0.03,
    "drop-after": 0.04,
    "500-status": 0.02,
    "garbage-after": 0.02,
}
STEPS = 32
# Number to the values of a contact and the groups it is in.
Values = dict[str, tuple[list[str], list[str]]]
SEEDS = (2, 5)


@dataclass
class Walk:
    """People at work on both sides."""

    sides: Sides
    chance: random.Random
    group_id: int
    group: Group
    # Everybody who was ever added and not deleted by a person, by number.
    alive: set[str] = field(default_factory=set)
    serial: int = 0

    def step(self) -> None:
        acts: tuple[Callable[[], None], ...] = (
            self.add_here,
            self.add_there,
            self.edit_here,
            self.edit_there,
        )
        acts += (self.edit_there, self.edit_here, self.move_here, self.move_there)
        self.chance.choice(acts)()
        if self.chance.random() < 0.1:
            self.delete_somewhere()

    def number(self) -> str:
        self.serial += 1
        number = f"+4917112{34000 + self.serial}"
        self.alive.add(number)
        return number

    def value(self) -> str:
        self.serial += 1
        return f"value {self.serial}"

    def add_here(self) -> None:
        contacts.create(
            workspace=self.sides.workspace,
            actor=None,
            phone=self.number(),
            firstname=self.value(),
        )

    def add_there(self) -> None:
        number = self.number().replace("+49", self.chance.choice(("0", "49", "+49 ")))
        self.sides.add(mobile_number=number, lastname=self.value())

    def edit_here(self) -> None:
        if found := self.sides.here():
            name = self.chance.choice(EDITED)
            one = self.chance.choice(found)
            changes: dict[str, Any] = {name: self.value()}
            contacts.update(contact=one, actor=None, **changes)

    def edit_there(self) -> None:
        if found := list(self.sides.there()):
            name = GATEWAY_NAMES[self.chance.choice(EDITED)]
            self.sides.client.contacts.update(
                self.chance.choice(found), properties={name: self.value()}
            )

    def move_here(self) -> None:
        if found := self.sides.here():
            one = self.chance.choice(found)
            change = self.chance.choice((groups.add, groups.remove))
            change(group=self.group, uuids=[one.uuid], actor=None)

    def move_there(self) -> None:
        if found := list(self.sides.there()):
            wanted = [self.group_id] if self.chance.random() < 0.5 else []
            one = self.chance.choice(found)
            self.sides.client.contacts.update(one, groups=wanted)

    def delete_somewhere(self) -> None:
        if self.chance.random() < 0.5 and (here := self.sides.here()):
            one = self.chance.choice(here)
            self.alive.discard(one.phone)
            contacts.delete(
                workspace=self.sides.workspace, uuids=[one.uuid], actor=None
            )
        elif there := list(self.sides.there().values()):
            gone = self.chance.choice(there)
            told = (gone.properties.mobile_number or "").replace(" ", "").lstrip("+")
            self.alive.discard(f"+49{told.removeprefix('49').removeprefix('0')}")
            self.sides.client.contacts.delete(gone.id)


def trouble(sides: Sides, seed: int, *, is_on: bool) -> None:
    sides.sandbox.ask(
        "faults",
        random=FAULTS if is_on else {},
        seed=seed,
        scope="all",
        retry_after_s=0,
    )


def work_a_little(sides: Sides, chance: random.Random) -> None:
    """Do a run, or part of one: its worker may lose its claim half way."""
    sides.setup.refresh_from_db()
    open_states = (SyncRun.State.READY, SyncRun.State.RUNNING)
    run = SyncRun.objects.filter(state__in=open_states).first()
    if run is None:
        run = setups.begin(setup=sides.setup, actor=None)
    if chance.random() < 0.3:
        works.claim(SyncRun, run.id)
        SyncRun.objects.filter(id=run.id).update(state=SyncRun.State.READY)
    runs.run(run.id)


def assert_nobody_is_there_twice(sides: Sides) -> None:
    told = [c.properties.mobile_number for c in sides.there().values()]
    assert len(told) == len(set(told))


def comparable(sides: Sides) -> tuple[Values, Values]:
    here: Values = {}
    there: Values = {}
    for one in sides.here():
        names = sorted(group.name for group in one.groups.all())
        values = [str(getattr(one, name) or "") for name in EDITED]
        here[one.phone] = (values, names)
    for other in sides.there().values():
        told = other.properties
        number = (told.mobile_number or "").replace(" ", "").lstrip("+")
        key = f"+49{number.removeprefix('49').removeprefix('0')}"
        assert key not in there, "created twice at the gateway"
        values = [str(getattr(told, GATEWAY_NAMES[name]) or "") for name in EDITED]
        there[key] = (values, ["Customers"] if other.groups else [])
    return here, there


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_converge(
    sides: Sides, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 4)
    group = groups.create(workspace=sides.workspace, name="Customers", actor=None)
    pairs.set_own(
        workspace=sides.workspace, actor=sides.actor, group=group, direction="both"
    )
    sides.allow(on_conflict="ours", on_deleted_here="delete", on_deleted_there="delete")
    sides.run()
    number = group.sync_groups.get().remote_id or 0
    walk = Walk(sides, random.Random(seed), number, group)
    for at in range(STEPS):
        walk.step()
        if at % 4 == 3:
            trouble(sides, seed + at, is_on=True)
            work_a_little(sides, walk.chance)
            trouble(sides, seed, is_on=False)
            assert_nobody_is_there_twice(sides)
    SyncRun.objects.exclude(state__in=["finished", "failed"]).update(state="cancelled")
    for _n in range(3):
        sides.run(is_released=True)
    # Deleted on one side and edited on the other: a person is asked, and says this.
    asked = SyncLink.objects.filter(is_edited=True).values_list("pk", flat=True)
    decisions.answer(
        workspace=sides.workspace, actor=sides.actor, ids=asked, what="restore"
    )
    sides.run()
    sides.run()
    here, there = comparable(sides)
    assert here == there
    assert walk.alive <= set(here)
    assert sides.writes() == {}
    assert not SyncLink.objects.exclude(state="linked").exists()
    assert Contact.objects.count() == len(here)
