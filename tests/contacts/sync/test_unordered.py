"""A gateway that lists contacts in an order of its own: none is missed or doubled."""

from __future__ import annotations

import pytest

from contacts.models import SyncLink
from contacts.services.sync import listing
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.resources.contacts import ContactFilter, GatewayContact
from seven_dashboard.gateway.resources.paging import Page
from tests.contacts.sync.conftest import Sides

pytestmark = pytest.mark.django_db(transaction=True)
# The first page by name is in the order of ids; the second tells that it is no rule.
NAMES = "abczyxw"


@pytest.fixture(autouse=True)
def lists_by_name(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(client: SevenClient, start: int) -> Page[GatewayContact]:
        wanted = ContactFilter(
            order_by="firstname", limit=listing.PAGE_SIZE, offset=start
        )
        return client.contacts.page(wanted)

    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    monkeypatch.setattr(listing, "_fetch", fetch)
    for at, name in enumerate(NAMES):
        sides.add(firstname=name, mobile_number=f"0171 123456{at}")
    sides.add(firstname="no number")


def test_everybody_comes_once(sides: Sides) -> None:
    run = sides.run()
    assert not run.is_ordered
    assert run.tally == {"created_here": len(NAMES) + 1}
    assert len(sides.here()) == len(NAMES) + 1
    assert sides.writes() == {}


def test_preview_counts_everybody_once(sides: Sides) -> None:
    assert sides.run(is_preview=True).tally == {"created_here": len(NAMES) + 1}


def test_who_is_deleted_there_is_missed_by_preview_and_run(sides: Sides) -> None:
    sides.run()
    gone = max(sides.there())
    sides.client.contacts.delete(gone)
    assert sides.run(is_preview=True).tally == {"missing_there": 1}
    sides.run()
    [missed] = SyncLink.objects.filter(state="deleted_there")
    assert missed.remote_id == gone
