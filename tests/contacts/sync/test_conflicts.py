"""Where both sides changed the same: asked, decided, and the rest goes on."""

from __future__ import annotations

import pytest

from contacts.models import Contact, SyncLink
from contacts.services import contacts
from contacts.services.sync import decisions
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.resources.contacts import GatewayContact
from tests.contacts.sync.conftest import Sides

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(sides: Sides) -> tuple[Contact, GatewayContact]:
    """Return a contact whose city was changed on both sides; a run has seen it."""
    made = sides.add(firstname="Anna", mobile_number="01711234567", city="Kiel")
    sides.run()
    return change_both(sides, made)


def change_both(sides: Sides, made: GatewayContact) -> tuple[Contact, GatewayContact]:
    [ours] = sides.here()
    contacts.update(contact=ours, actor=None, city="Berlin", notes="ours")
    sides.client.contacts.update(
        made.id, properties={"city": "Hamburg", "lastname": "Schmidt"}
    )
    sides.run()
    return ours, made


def test_a_conflict_stops_nothing_else(
    sides: Sides, both: tuple[Contact, GatewayContact]
) -> None:
    ours, made = both
    ours.refresh_from_db()
    told = sides.there()[made.id].properties
    assert (ours.city, told.city) == ("Berlin", "Hamburg")
    assert (ours.lastname, told.notes) == ("Schmidt", "ours")
    link = SyncLink.objects.get(contact=ours)
    assert link.conflict == {"city": ["Berlin", "Hamburg"]}


@pytest.mark.parametrize(("side", "city"), [("ours", "Berlin"), ("theirs", "Hamburg")])
def test_a_person_decides(
    sides: Sides, both: tuple[Contact, GatewayContact], side: str, city: str
) -> None:
    ours, made = both
    link = SyncLink.objects.get(contact=ours)
    decisions.resolve(
        link=link, actor=sides.actor, choices={"city": side}, seen=dict(link.conflict)
    )
    sides.run(is_short=True)
    ours.refresh_from_db()
    assert (ours.city, sides.there()[made.id].properties.city) == (city, city)
    assert sides.writes() == {}


def test_a_decision_about_other_values_is_refused(
    sides: Sides, both: tuple[Contact, GatewayContact]
) -> None:
    ours, _made = both
    contacts.update(contact=ours, actor=None, city="Bremen")
    sides.run()
    link = SyncLink.objects.get(contact=ours)
    with pytest.raises(Refused):
        decisions.resolve(
            link=link,
            actor=sides.actor,
            choices={"city": "ours"},
            seen={"city": ["Berlin", "Hamburg"]},
        )


@pytest.mark.parametrize(
    ("policy", "city"), [("ours", "Berlin"), ("theirs", "Hamburg")]
)
def test_a_rule_decides(sides: Sides, policy: str, city: str) -> None:
    made = sides.add(firstname="Anna", mobile_number="01711234567", city="Kiel")
    sides.run()
    sides.allow(on_conflict=policy)
    ours, _made = change_both(sides, made)
    ours.refresh_from_db()
    assert (ours.city, sides.there()[made.id].properties.city) == (city, city)


def test_all_conflicts_are_decided_at_once(
    sides: Sides, both: tuple[Contact, GatewayContact]
) -> None:
    count = decisions.resolve_all(
        workspace=sides.workspace, actor=sides.actor, side="ours"
    )
    sides.run(is_short=True)
    assert count == 1
    assert sides.there()[both[1].id].properties.city == "Berlin"
