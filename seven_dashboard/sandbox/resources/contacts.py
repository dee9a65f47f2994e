"""The gateway's own address book (gateway.md 3.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import islice
from typing import overload

from seven_dashboard.sandbox.call import Call, missing
from seven_dashboard.sandbox.clock import stamp
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.paging import paged
from seven_dashboard.sandbox.params import text_of
from seven_dashboard.sandbox.records import Contact
from seven_dashboard.sandbox.resources import old_contacts
from seven_dashboard.sandbox.routing import operation

PROPERTIES = (
    "firstname",
    "lastname",
    "mobile_number",
    "home_number",
    "email",
    "address",
    "postal_code",
    "city",
    "birthday",
    "notes",
)
_DEFAULT_LIMIT = 30
# Parameters that are no custom property of a contact.
_RESERVED = frozenset(
    {"p", "u", "json", "id", "avatar", "groups", "fullname", "action", "created"}
    | {"sentWith", "sendwith", "initials", "validation", "properties"}
)


def contact_json(contact: Contact) -> dict[str, object]:
    """Return a contact as the gateway spells it."""
    first = contact.properties.get("firstname") or ""
    last = contact.properties.get("lastname") or ""
    color = hashlib.md5(str(contact.id).encode(), usedforsecurity=False).hexdigest()
    return {
        "id": contact.id,
        "avatar": contact.avatar,
        "validation": {
            "state": contact.validation,
            "timestamp": stamp(contact.created_at) if contact.validation else None,
        },
        "initials": {
            "initials": (first[:1] + last[:1]).upper(),
            "color": color[:6].upper(),
        },
        "properties": {
            **dict.fromkeys(PROPERTIES),
            **contact.properties,
            "fullname": f"{first} {last}".strip() or None,
        },
        "groups": contact.groups,
        "created": stamp(contact.created_at),
    }


@operation("GET", "/contacts", scope="contacts")
def index(call: Call) -> Response:
    """List contacts with search, group filter and order."""
    if call.text("action"):
        return old_contacts.perform(call)
    return paged(call, _chosen(call), contact_json, default_limit=_DEFAULT_LIMIT)


def _chosen(call: Call) -> Sequence[Contact]:
    everybody = call.account.contacts
    order = call.text("order_by") or "id"
    is_narrowed = call.text("search") or call.number("group_id", default=0)
    is_backwards = call.text("order_direction").lower() == "desc"
    if order in ("id", "created") and not is_narrowed and not is_backwards:
        # A page of a large book must not cost a look at all of it.
        return InOrder(everybody)
    chosen = [c for c in everybody.values() if _is_wanted(call, c)]
    chosen.sort(key=lambda contact: _sort_key(contact, order), reverse=is_backwards)
    return chosen


class InOrder(Sequence[Contact]):
    """Contacts by their id, which is the order they are kept in."""

    def __init__(self, contacts: dict[int, Contact]) -> None:
        self._contacts = contacts

    def __len__(self) -> int:
        return len(self._contacts)

    @overload
    def __getitem__(self, at: int) -> Contact: ...

    @overload
    def __getitem__(self, at: slice) -> list[Contact]: ...

    def __getitem__(self, at: int | slice) -> Contact | list[Contact]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            return list(islice(self._contacts.values(), start, stop, step))
        return next(islice(self._contacts.values(), at, None))


def _is_wanted(call: Call, contact: Contact) -> bool:
    group = call.number("group_id", default=0)
    if group and group not in contact.groups:
        return False
    search = call.text("search").casefold()
    values = [value for value in contact.properties.values() if value]
    whole = " ".join(values).casefold()
    return not search or search in whole


def _sort_key(contact: Contact, order: str) -> tuple[str, int]:
    if order in ("id", "created"):
        return "", contact.id
    return (contact.properties.get(order) or "").casefold(), contact.id


@operation("POST", "/contacts", scope="contacts")
def create(call: Call) -> Response:
    """Add a contact."""
    if call.text("action"):
        return old_contacts.perform(call)
    serial = call.world.next_serial()
    contact = Contact(
        id=serial,
        account_id=call.account.id,
        created_at=call.world.now(),
        avatar=call.text("avatar") or f"https://avatars.invalid/{serial}.png",
    )
    _change(call, contact)
    call.account.contacts[contact.id] = contact
    return json_response(contact_json(contact))


def _change(call: Call, contact: Contact) -> None:
    for name, value in call.params.items():
        if name not in _RESERVED:
            contact.properties[name] = text_of(value) or None
    if call.text("avatar"):
        contact.avatar = call.text("avatar")
    if "groups" in call.params:
        wanted = (int(text) for text in call.texts("groups") if text.isdecimal())
        contact.groups = [number for number in wanted if number in call.account.groups]
    call.world.store.put(contact)


def _find(call: Call) -> Contact | None:
    text = call.path_values[0]
    return call.account.contacts.get(int(text)) if text.isdecimal() else None


@operation("GET", "/contacts/{id}", scope="contacts")
def show(call: Call) -> Response:
    """Answer one contact."""
    contact = _find(call)
    if contact is None:
        return missing("Contact")
    return json_response(contact_json(contact))


@operation("PATCH", "/contacts/{id}", scope="contacts")
def update(call: Call) -> Response:
    """Change the given fields; ``groups`` replaces the whole membership."""
    contact = _find(call)
    if contact is None:
        return missing("Contact")
    _change(call, contact)
    return json_response(contact_json(contact))


@operation("DELETE", "/contacts/{id}", scope="contacts")
def delete(call: Call) -> Response:
    """Remove a contact."""
    contact = _find(call)
    if contact is None:
        return missing("Contact")
    del call.account.contacts[contact.id]
    call.world.store.delete(contact)
    return json_response({"success": True})
