"""Our contacts go to the gateway, each once, whatever becomes of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEntry
from contacts.models import Contact, SyncGroup, SyncLink, SyncRun
from contacts.services import contacts, fields, groups
from contacts.services.sync import pairs, runs, setups
from tests.contacts.sync.conftest import Sides

pytestmark = pytest.mark.django_db(transaction=True)


def add(sides: Sides, phone: str = "+491711234567", **values: Any) -> Contact:
    return contacts.create(workspace=sides.workspace, actor=None, phone=phone, **values)


def test_every_field_goes_there(sides: Sides) -> None:
    ours = add(
        sides,
        firstname="Anna",
        lastname="Schmidt",
        email="anna@example.com",
        home_phone="030 1234",
        address="Lindenstraße 5",
        postal_code="10969",
        city="Berlin",
        birthday="1990-05-17",
        notes="Late",
    )
    Contact.objects.filter(pk=ours.pk).update(avatar="https://a.example/1")
    assert sides.writes() == {"created_there": 1}
    [there] = sides.there().values()
    told = there.properties
    assert (told.mobile_number, told.fullname) == ("+491711234567", "Anna Schmidt")
    assert (told.home_number, told.email) == ("030 1234", "anna@example.com")
    assert (told.city, told.notes, str(told.birthday)) == (
        "Berlin",
        "Late",
        "1990-05-17",
    )
    assert there.avatar == "https://a.example/1"
    assert sides.writes() == {}


def test_only_what_changed_is_told(sides: Sides) -> None:
    made = sides.add(firstname="Anna", mobile_number="0171 1234567", city="Kiel")
    sides.run()
    [ours] = sides.here()
    contacts.update(contact=ours, actor=None, city="Berlin")
    sides.run()
    told = sides.there()[made.id].properties
    assert (told.mobile_number, told.city) == ("0171 1234567", "Berlin")
    entry = AuditEntry.objects.get(action="contact.push")
    assert (entry.before, entry.after) == ({"city": "Kiel"}, {"city": "Berlin"})


def test_an_emptied_field_is_emptied_there(sides: Sides) -> None:
    made = sides.add(firstname="Anna", mobile_number="01711234567", city="Kiel")
    sides.run()
    contacts.update(contact=sides.here()[0], actor=None, city="")
    sides.run()
    assert sides.there()[made.id].properties.city is None


def test_changes_of_both_sides_meet(sides: Sides) -> None:
    made = sides.add(firstname="Anna", mobile_number="01711234567", city="Kiel")
    sides.run()
    [ours] = sides.here()
    contacts.update(contact=ours, actor=None, city="Berlin")
    sides.client.contacts.update(made.id, properties={"lastname": "Schmidt"})
    sides.run()
    ours.refresh_from_db()
    told = sides.there()[made.id].properties
    assert (ours.city, ours.lastname) == ("Berlin", "Schmidt")
    assert (told.city, told.lastname) == ("Berlin", "Schmidt")
    assert sides.writes() == {}


def test_groups_of_a_contact_meet(sides: Sides, pair: Callable[..., SyncGroup]) -> None:
    customers, friends = pair("Customers"), pair("Friends")
    other = sides.client.groups.create("Not synced")
    made = sides.client.contacts.create(
        properties={"mobile_number": "01711234567"},
        groups=[customers.remote_id or 0, other.id],
    )
    sides.run()
    [ours] = sides.here()
    assert friends.group is not None and customers.group is not None
    groups.add(group=friends.group, uuids=[ours.uuid], actor=None)
    sides.run()
    assert set(sides.there()[made.id].groups) == {
        customers.remote_id,
        friends.remote_id,
        other.id,
    }
    groups.remove(group=customers.group, uuids=[ours.uuid], actor=None)
    sides.run()
    assert set(sides.there()[made.id].groups) == {friends.remote_id, other.id}
    sides.client.contacts.update(made.id, groups=[other.id])
    sides.run()
    assert list(ours.groups.all()) == []


def test_own_fields_go_where_the_gateway_has_them(sides: Sides) -> None:
    workspace = sides.workspace
    fields.create(workspace=workspace, actor=None, label="Kundennummer")
    fields.create(workspace=workspace, actor=None, label="Secret")
    sides.add(mobile_number="01711234568", Kundennummer="1")
    sides.run()
    slug = SyncRunNames(sides)["Kundennummer"]
    ours = add(sides)
    contacts.update(contact=ours, actor=None, custom={slug: "2", "secret": "x"})
    sides.run()
    told = {c.properties.custom.get("Kundennummer") for c in sides.there().values()}
    assert told == {"1", "2"}
    assert all("secret" not in c.properties.custom for c in sides.there().values())


def SyncRunNames(sides: Sides) -> dict[str, str]:
    sides.setup.refresh_from_db()
    return {v: k.removeprefix("custom:") for k, v in sides.setup.own_names.items()}


def test_new_group_of_ours_is_created_there_once(sides: Sides) -> None:
    group = groups.create(workspace=sides.workspace, name="Guests", actor=None)
    ours = add(sides)
    groups.add(group=group, uuids=[ours.uuid], actor=None)
    pairs.set_own(
        workspace=sides.workspace, actor=sides.actor, group=group, direction="both"
    )
    sides.agree()
    sides.sandbox.ask("faults", next=["drop-after"], scope="send")
    assert sides.run().tally["groups_created_there"] == 1
    [there] = sides.client.groups.iter_all()
    assert there.name == "Guests"
    assert [c.groups for c in sides.there().values()] == [[there.id]]
    assert sides.writes() == {}


@pytest.mark.parametrize("fault", ["drop-after", "503-after", "garbage-after"])
def test_a_creation_whose_answer_is_lost_happens_once(sides: Sides, fault: str) -> None:
    add(sides, firstname="Anna")
    add(sides, phone="", firstname="Ben", email="ben@example.com")
    add(sides, phone="", firstname="No", lastname="Mailbox")
    sides.allow()
    plan = {"random": {fault: 0.4}, "seed": 3, "scope": "all"}
    sides.sandbox.ask("faults", **plan)
    for _n in range(3):
        sides.run()
    sides.sandbox.ask("faults", scope="all")
    sides.run()
    names = Counter(c.properties.firstname for c in sides.there().values())
    assert names == {"Anna": 1, "Ben": 1, "No": 1}
    assert Contact.objects.count() == 3
    assert sides.writes() == {}


@pytest.mark.parametrize("phone", ["+491711234567", ""])
def test_one_edited_after_a_lost_creation_is_still_one(
    sides: Sides, phone: str
) -> None:
    ours = add(sides, phone=phone, firstname="Anna", email="anna@example.com")
    sides.sandbox.ask("faults", next=["drop-after"], scope="all")
    run = setups.begin(setup=sides.setup, actor=None)
    SyncRun.objects.filter(pk=run.pk).update(phase="ours")
    sides.sandbox.ask("faults", next=["drop-after"], scope="all")
    runs.run(run.id)
    assert len(sides.there()) == 1
    contacts.update(contact=ours, actor=None, firstname="Anne")
    SyncRun.objects.filter(pk=run.pk).update(state="ready", phase="push", bookmark=0)
    runs.run(run.id)
    sides.run()
    [there] = sides.there().values()
    assert there.properties.firstname == "Anne"
    assert sides.writes() == {}


def test_two_alike_without_a_number_stay_two(sides: Sides) -> None:
    for _n in range(2):
        add(sides, phone="", firstname="Anna")
    sides.sandbox.ask("faults", random={"drop-after": 0.5}, seed=5, scope="all")
    for _n in range(3):
        sides.run()
    sides.sandbox.ask("faults", scope="all")
    sides.run()
    assert len(sides.there()) == len(sides.here()) == 2
    assert sides.writes() == {}


def test_what_the_gateway_refuses_is_told_and_repeated_only_when_changed(
    sides: Sides,
) -> None:
    ours = add(sides, firstname="Anna")
    run = setups.begin(setup=sides.setup, actor=None)
    SyncRun.objects.filter(pk=run.pk).update(phase="ours")
    sides.sandbox.ask("faults", next=["code-305"], scope="all")
    runs.run(run.id)
    link = SyncLink.objects.get(contact=ours)
    assert link.error
    sides.run()
    assert sides.there() == {}
    contacts.update(contact=ours, actor=None, firstname="Anne")
    assert sides.writes()["created_there"] == 1
    link.refresh_from_db()
    assert link.error == ""


def test_a_refused_key_stops_the_run_with_a_sentence(sides: Sides) -> None:
    add(sides)
    sides.sandbox.ask("faults", random={"code-900": 1.0}, scope="all")
    run = sides.run()
    assert run.state == SyncRun.State.FAILED
    assert "key" in run.error
    sides.workspace.connection.refresh_from_db()
    assert sides.workspace.connection.is_broken


def test_trouble_is_waited_out_at_the_bookmark(sides: Sides) -> None:
    for number in range(5):
        add(sides, phone=f"+49171123456{number}")
    sides.sandbox.ask("faults", next=[{"fault": "503", "times": 7}], scope="all")
    run = sides.run()
    assert run.state == SyncRun.State.FINISHED
    assert len(sides.there()) == 5


def test_links_say_who_is_who(sides: Sides) -> None:
    ours = add(sides)
    sides.run()
    [there] = sides.there().values()
    link = SyncLink.objects.get(contact=ours)
    assert (link.remote_id, link.state, link.todo) == (there.id, "linked", "")


def test_what_the_gateway_adds_to_a_new_contact_is_no_change_here(sides: Sides) -> None:
    ours = add(sides, firstname="Anna")
    assert sides.writes() == {"created_there": 1}
    ours.refresh_from_db()
    assert ours.avatar
    assert sides.writes() == {}
