"""The gateway's address book comes here whole, and comes only once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest

from accounts.models import AuditEntry
from contacts.models import CustomField, OptOut, SyncGroup, SyncLink
from contacts.services import contacts, opt_outs
from contacts.services.sync import listing
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.contacts import GatewayContact
from seven_dashboard.gateway.resources.paging import Page
from tests.contacts.sync.conftest import Sides

pytestmark = pytest.mark.django_db(transaction=True)
FULL = {
    "firstname": "Anna",
    "lastname": "Schmidt",
    "mobile_number": "0171 1234567",
    "home_number": "030 123456",
    "email": "anna@example.com",
    "address": "Lindenstraße 5",
    "postal_code": "10969",
    "city": "Berlin",
    "birthday": "1990-05-17",
    "notes": "Calls back\nlate",
    "Kundennummer": "4711",
}


def test_every_field_comes_here(sides: Sides) -> None:
    made = sides.client.contacts.create(properties=FULL, avatar="https://a.example/1")
    assert sides.run().tally["created_here"] == 1
    [found] = sides.here()
    assert (found.phone, found.country) == ("+491711234567", "DE")
    assert (found.name, found.home_phone) == ("Anna Schmidt", "030 123456")
    assert (found.email, found.city, found.postal_code) == (
        "anna@example.com",
        "Berlin",
        "10969",
    )
    assert str(found.birthday) == "1990-05-17"
    assert (found.notes, found.avatar) == (FULL["notes"], "https://a.example/1")
    assert found.custom == {"kundennummer": "4711"}
    assert CustomField.objects.get(slug="kundennummer").label == "Kundennummer"
    assert sides.there()[made.id].properties.mobile_number == "0171 1234567"


def test_a_second_run_does_nothing(sides: Sides) -> None:
    sides.client.contacts.create(properties=FULL)
    sides.add(firstname="Without number")
    sides.run()
    before = [(c.pk, c.updated_at) for c in sides.here()]
    assert sides.writes() == {}
    assert [(c.pk, c.updated_at) for c in sides.here()] == before


def test_a_number_that_is_none_stays_at_the_gateway(sides: Sides) -> None:
    made = sides.add(firstname="Anna", mobile_number="call the office")
    sides.run()
    [found] = sides.here()
    assert found.phone == ""
    contacts.update(contact=found, actor=None, city="Kiel")
    assert sides.writes() == {"changed_there": 1}
    told = sides.there()[made.id].properties
    assert (told.mobile_number, told.city) == ("call the office", "Kiel")


def test_two_with_one_number_are_one_here_and_told(sides: Sides) -> None:
    first = sides.add(firstname="Anna", mobile_number="491711234567")
    second = sides.add(firstname="Anne", mobile_number="+49 171 1234567")
    sides.run()
    [found] = sides.here()
    assert found.firstname == "Anna"
    link = SyncLink.objects.get(remote_id=second.id)
    assert (link.state, link.twin_id) == (SyncLink.State.DUPLICATE, found.pk)
    assert sides.writes() == {}
    sides.client.contacts.delete(first.id)
    sides.run()
    sides.run()
    link.refresh_from_db()
    assert (link.state, link.contact_id) == (SyncLink.State.LINKED, found.pk)
    assert set(sides.there()) == {second.id}


@pytest.mark.parametrize("is_here", [False, True])
def test_both_forms_of_a_number_are_one_here(sides: Sides, is_here: bool) -> None:
    if is_here:
        contacts.create(workspace=sides.workspace, actor=None, phone="+541123456789")
    sides.add(firstname="Anna", mobile_number="+5491123456789")
    sides.add(firstname="Anna", mobile_number="+541123456789")
    sides.run()
    [found] = sides.here()
    assert (found.firstname, found.phone) == (
        "Anna",
        "+541123456789" if is_here else "+5491123456789",
    )
    assert not SyncLink.objects.exclude(conflict={}).exists()
    assert sides.writes() == {}


def test_a_contact_that_is_here_already_is_linked(sides: Sides) -> None:
    ours = contacts.create(
        workspace=sides.workspace, actor=None, phone="+491711234567", company="Bakery"
    )
    sides.add(firstname="Anna", mobile_number="0171 1234567")
    assert sides.writes() == {"linked": 1, "changed_here": 1}
    ours.refresh_from_db()
    assert (ours.firstname, ours.company) == ("Anna", "Bakery")


def test_only_groups_that_are_switched_on_come(
    sides: Sides, pair: Callable[..., SyncGroup]
) -> None:
    link = pair("Customers", "pull")
    sides.allow(ungrouped="off")
    sides.client.contacts.create(
        properties={"mobile_number": "01711234567"}, groups=[link.remote_id or 0]
    )
    sides.add(mobile_number="01711234568")
    sides.run()
    [found] = sides.here()
    assert found.phone == "+491711234567"
    assert [group.name for group in found.groups.all()] == ["Customers"]


def test_a_pull_leaves_opt_outs_alone(sides: Sides) -> None:
    opt_outs.add(
        workspace=sides.workspace,
        phone="+491711234567",
        source=OptOut.Source.REPLY,
    )
    sides.add(firstname="Anna", mobile_number="01711234567")
    sides.run()
    sides.run()
    assert OptOut.objects.filter(phone="+491711234567").count() == 1


def test_what_a_pull_changed_is_in_the_audit_trail(sides: Sides) -> None:
    made = sides.add(firstname="Anna", mobile_number="01711234567")
    sides.run()
    sides.client.contacts.update(made.id, properties={"firstname": "Anne"})
    sides.run()
    entry = AuditEntry.objects.filter(action="contact.sync").latest("id")
    assert entry.actor is None
    assert (entry.before, entry.after) == ({"firstname": "Anna"}, {"firstname": "Anne"})


def test_the_word_on_a_number_is_kept(sides: Sides) -> None:
    made = sides.add(mobile_number="01711234567")
    sides.sandbox.ask("contact-validation", id=made.id, state="invalid")
    sides.run()
    assert SyncLink.objects.get(remote_id=made.id).validation == "invalid"


def test_rows_that_slide_forward_are_not_missed(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contacts are deleted behind our back, between one page and the next."""
    monkeypatch.setattr(listing, "PAGE_SIZE", 5)
    sides.sandbox.ask("contacts", count=40)
    ids = sorted(sides.there())
    fetch, gone = listing._fetch, iter(ids)

    def deleting(client: SevenClient, start: int) -> Page[GatewayContact]:
        for number in islice(gone, 3 if start < 15 else 0):
            client.contacts.delete(number)
        return fetch(client, start)

    monkeypatch.setattr(listing, "_fetch", deleting)
    sides.run()
    linked = SyncLink.objects.filter(state="linked").values_list("remote_id", flat=True)
    assert set(sides.there()) <= set(linked)
    assert len(sides.there()) < 35
