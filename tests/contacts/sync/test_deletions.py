"""Deletions are believed when proven, carried over when told, and braked when many."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contacts.models import Contact, Group, SyncGroup, SyncLink, SyncRun
from contacts.services import contacts, groups
from contacts.services.sync import brake, decisions, listing
from messaging.services import drafts
from seven_dashboard.gateway.resources.contacts import GatewayContact
from tests.contacts.sync.conftest import Sides

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def linked(sides: Sides) -> GatewayContact:
    made = sides.add(firstname="Anna", mobile_number="01711234567")
    sides.run()
    return made


def delete_ours(sides: Sides, count: int = 1) -> None:
    uuids = [contact.uuid for contact in sides.here()[:count]]
    contacts.delete(workspace=sides.workspace, uuids=uuids, actor=None)


def state_of(made: GatewayContact) -> str:
    return SyncLink.objects.get(remote_id=made.id).state


def test_deleted_here_is_asked(sides: Sides, linked: GatewayContact) -> None:
    delete_ours(sides)
    sides.run()
    assert state_of(linked) == "deleted_here"
    assert set(sides.there()) == {linked.id}
    assert sides.writes() == {}


def test_deleted_there_is_asked(sides: Sides, linked: GatewayContact) -> None:
    sides.client.contacts.delete(linked.id)
    sides.run()
    assert state_of(linked) == "deleted_there"
    assert len(sides.here()) == 1
    assert sides.writes() == {}


def test_deletions_are_carried_over_when_told(
    sides: Sides, linked: GatewayContact
) -> None:
    sides.allow(on_deleted_here="delete", on_deleted_there="delete")
    second = sides.add(firstname="Ben", mobile_number="01711234568")
    sides.run()
    sides.client.contacts.delete(linked.id)
    contacts.delete(
        workspace=sides.workspace,
        uuids=[c.uuid for c in sides.here() if c.firstname == "Ben"],
        actor=None,
    )
    run = sides.run()
    assert (run.tally["deleted_here"], run.tally["deleted_there"]) == (1, 1)
    assert sides.here() == [] and sides.there() == {}
    assert second.id
    assert not SyncLink.objects.exists()


def test_an_edit_on_the_other_side_speaks_against_a_deletion(
    sides: Sides, linked: GatewayContact
) -> None:
    sides.allow(on_deleted_here="delete")
    delete_ours(sides)
    sides.client.contacts.update(linked.id, properties={"notes": "Call her!"})
    sides.run()
    assert set(sides.there()) == {linked.id}
    assert SyncLink.objects.get().is_edited


def test_kept_and_unlinked_is_left_alone(sides: Sides, linked: GatewayContact) -> None:
    sides.allow(on_deleted_here="keep")
    delete_ours(sides)
    sides.run()
    assert sides.here() == []
    assert state_of(linked) == "unlinked"
    assert sides.writes() == {}


@pytest.mark.parametrize(("what", "left"), [("delete", 0), ("keep", 1), ("restore", 1)])
def test_a_person_answers_for_one_deleted_there(
    sides: Sides, linked: GatewayContact, what: str, left: int
) -> None:
    sides.client.contacts.delete(linked.id)
    sides.run()
    ids = [SyncLink.objects.get().pk]
    decisions.answer(workspace=sides.workspace, actor=sides.actor, ids=ids, what=what)
    sides.run(is_short=True)
    assert len(sides.here()) == left
    assert len(sides.there()) == (what == "restore")
    assert sides.writes() == {}


@pytest.mark.parametrize(
    ("what", "here", "there"), [("delete", 0, 0), ("keep", 0, 1), ("restore", 1, 1)]
)
def test_a_person_answers_for_one_deleted_here(
    sides: Sides, linked: GatewayContact, what: str, here: int, there: int
) -> None:
    delete_ours(sides)
    sides.run()
    ids = [SyncLink.objects.get().pk]
    decisions.answer(workspace=sides.workspace, actor=sides.actor, ids=ids, what=what)
    sides.run()
    assert (len(sides.here()), len(sides.there())) == (here, there)


def test_a_deletion_that_was_undone_finds_its_link(
    sides: Sides, linked: GatewayContact
) -> None:
    [ours] = sides.here()
    delete_ours(sides)
    sides.run()
    ours.save(force_insert=True)
    sides.run()
    assert (state_of(linked), len(sides.here())) == ("linked", 1)
    assert sides.writes() == {}


@pytest.mark.parametrize("rule", ["ask", "keep"])
def test_one_added_again_is_linked_and_empties_nothing(sides: Sides, rule: str) -> None:
    made = sides.add(firstname="Anna", mobile_number="01711234567", notes="VIP")
    sides.run()
    sides.allow(on_deleted_here=rule)
    delete_ours(sides)
    sides.run()
    contacts.create(workspace=sides.workspace, actor=None, phone="+491711234567")
    sides.run()
    [ours], [theirs] = sides.here(), sides.there().values()
    assert (ours.notes, theirs.properties.notes) == ("VIP", "VIP")
    assert state_of(made) == "linked"
    assert sides.writes() == {}


def test_many_deletions_stop_and_ask(sides: Sides) -> None:
    sides.sandbox.ask("contacts", count=12)
    sides.run()
    sides.allow(on_deleted_here="delete", on_deleted_there="delete")
    delete_ours(sides, 6)
    run = sides.run()
    assert run.braked == {"there": 6}
    assert len(sides.there()) == 12
    assert sides.run(is_released=True).tally["deleted_there"] == 6
    assert len(sides.there()) == 6


@pytest.mark.parametrize(("linked_", "most"), [(0, 3), (100, 10), (2000, 50)])
def test_brake_is_a_tenth_and_never_more_than_fifty(linked_: int, most: int) -> None:
    assert brake.limit(linked_) == most


def test_a_listing_that_leaves_out_half_proves_nothing(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides.sandbox.ask("contacts", count=10)
    sides.run()
    sides.allow(on_deleted_there="delete")
    fetch = listing._fetch

    def halved(*args: object) -> object:
        page = fetch(*args)  # type: ignore[arg-type]
        return page.model_copy(update={"items": page.items[::2]})

    monkeypatch.setattr(listing, "_fetch", halved)
    run = sides.run()
    assert run.state == SyncRun.State.FINISHED
    assert len(sides.here()) == 10
    assert SyncLink.objects.filter(state="linked").count() == 10


def test_group_renamed_on_either_side(
    sides: Sides, pair: Callable[..., SyncGroup]
) -> None:
    link = pair("Customers")
    sides.run()
    assert link.group is not None and link.remote_id is not None
    groups.rename(group=link.group, name="Clients", actor=None)
    sides.run()
    assert sides.client.groups.get(link.remote_id).name == "Clients"
    sides.client.groups.update(link.remote_id, name="Patrons")
    sides.run()
    assert Group.objects.get().name == "Patrons"
    assert sides.writes() == {}


@pytest.mark.parametrize("rule", ["ask", "delete", "keep"])
def test_group_deleted_there_empties_nothing_here(
    sides: Sides, pair: Callable[..., SyncGroup], rule: str
) -> None:
    link = pair("Customers")
    number = link.remote_id or 0
    sides.client.contacts.create(
        properties={"mobile_number": "01711234567"}, groups=[number]
    )
    sides.run()
    sides.allow(on_deleted_there=rule)
    sides.client.groups.delete(number)
    sides.run()
    found = Group.objects.filter(name="Customers").first()
    assert Contact.objects.count() == 1
    if rule == "delete":
        assert found is None
    else:
        assert found is not None
        assert found.member_count == 1


def test_group_that_a_draft_leaves_out_stays_and_the_run_goes_on(
    sides: Sides, pair: Callable[..., SyncGroup]
) -> None:
    link = pair("Staff")
    sides.run()
    sides.allow(on_deleted_there="delete")
    drafts.create(
        workspace=sides.workspace,
        actor=None,
        name="All but staff",
        excluded_groups=[link.group],
    )
    sides.client.groups.delete(link.remote_id or 0)
    sides.add(firstname="Anna", mobile_number="01711234567")
    sides.run()
    assert Group.objects.filter(name="Staff").exists()
    assert SyncGroup.objects.get(pk=link.pk).state == "deleted_there"
    assert len(sides.here()) == 1


@pytest.mark.parametrize("rule", ["ask", "delete", "keep"])
def test_group_deleted_here_deletes_no_contact_there(
    sides: Sides, pair: Callable[..., SyncGroup], rule: str
) -> None:
    link = pair("Customers")
    number = link.remote_id or 0
    made = sides.client.contacts.create(
        properties={"mobile_number": "01711234567"}, groups=[number]
    )
    sides.run()
    sides.allow(on_deleted_here=rule)
    assert link.group is not None
    groups.delete(group=link.group, actor=None)
    sides.run()
    there = [group.id for group in sides.client.groups.iter_all()]
    assert there == ([] if rule == "delete" else [number])
    assert sides.there()[made.id].groups == there


def test_group_deleted_while_contacts_are_listed(
    sides: Sides,
    pair: Callable[..., SyncGroup],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = pair("Customers")
    number = link.remote_id or 0
    sides.client.contacts.create(
        properties={"mobile_number": "01711234567"}, groups=[number]
    )
    sides.run()
    fetch = listing._fetch

    def deleting(*args: object) -> object:
        sides.client.groups.delete(number)
        return fetch(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(listing, "_fetch", deleting)
    sides.run()
    assert Group.objects.get(name="Customers").member_count == 1
    assert SyncGroup.objects.get(pk=link.pk).state == "deleted_there"


def test_preview_misses_the_last_of_the_book_too(sides: Sides) -> None:
    sides.sandbox.ask("contacts", count=2)
    sides.run()
    for number in sides.there():
        sides.client.contacts.delete(number)
    assert sides.run(is_preview=True).tally == {"missing_there": 2}
