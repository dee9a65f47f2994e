"""Fill an account's address book at once, for trials of a large one."""

from __future__ import annotations

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.params import Params, list_of, text_of, whole
from seven_dashboard.sandbox.records import Contact
from seven_dashboard.sandbox.world import World

MOST = 1_000_000
_FIRST = ("Anna", "Ben", "Clara", "David", "Emma", "Finn", "Greta", "Hannes")
_CITIES = ("Berlin", "Hamburg", "Kiel", "Leipzig", "Mainz")
# German mobile numbers of one range, so that every one of them is valid.
_PREFIX = 491_710_000_000


def seed(world: World, account: Account, params: Params) -> int:
    """Add so many made-up contacts, all in the given groups; return how many."""
    count = min(whole(params.get("count"), default=0), MOST)
    groups = [int(text) for text in list_of(params.get("groups")) if text.isdecimal()]
    start = len(account.contacts)
    for at in range(start, start + count):
        contact = _made_up(world, account, at)
        contact.groups = [number for number in groups if number in account.groups]
        account.contacts[contact.id] = contact
        world.store.put(contact)
    return max(count, 0)


def set_validation(world: World, account: Account, params: Params) -> str | None:
    """Let the gateway have found out something about a contact's number."""
    contact = account.contacts[whole(params.get("id"), default=0)]
    contact.validation = text_of(params.get("state")) or None
    world.store.put(contact)
    return contact.validation


def _made_up(world: World, account: Account, at: int) -> Contact:
    serial = world.next_serial()
    contact = Contact(serial, account.id, world.now(), "")
    contact.properties = {
        "firstname": _FIRST[at % len(_FIRST)],
        "lastname": f"Muster {at}",
        "mobile_number": str(_PREFIX + at),
        "email": f"person{at}@example.com",
        "city": _CITIES[at % len(_CITIES)],
        "birthday": f"19{50 + at % 50}-{1 + at % 12:02}-{1 + at % 28:02}",
    }
    return contact
