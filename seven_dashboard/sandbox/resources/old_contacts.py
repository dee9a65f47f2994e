"""The old form ``/contacts?action=read|write|del`` (gateway.md 3.6)."""

from __future__ import annotations

from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.http import Response, json_response, text_response
from seven_dashboard.sandbox.records import Contact

_UNCHANGED, _CHANGED = "151", "152"


def perform(call: Call) -> Response:
    """Answer one of the old actions."""
    action = call.text("action")
    if action == "read":
        return _read(call)
    if action == "write":
        return _write(call)
    if action == "del":
        return _delete(call)
    return call.code("400")


def _name(contact: Contact) -> str:
    first = contact.properties.get("firstname") or ""
    last = contact.properties.get("lastname") or ""
    return f"{first} {last}".strip()


def _read(call: Call) -> Response:
    wanted = call.number("id", default=0)
    rows = [
        (str(contact.id), _name(contact), contact.properties.get("mobile_number") or "")
        for contact in call.account.contacts.values()
        if not wanted or contact.id == wanted
    ]
    if call.wants_json:
        return json_response([dict(zip(_KEYS, row, strict=True)) for row in rows])
    return text_response("\n".join(";".join(f'"{v}"' for v in row) for row in rows))


_KEYS = ("ID", "Name", "Number")


def _write(call: Call) -> Response:
    contact = call.account.contacts.get(call.number("id", default=0))
    if contact is None:
        serial = call.world.next_serial()
        contact = Contact(serial, call.account.id, call.world.now(), "")
        contact.properties = {"firstname": None, "lastname": None}
        contact.properties |= {"mobile_number": None, "email": None}
        call.account.contacts[serial] = contact
    before = dict(contact.properties)
    if "nick" in call.params:
        first, _, last = call.text("nick").partition(" ")
        contact.properties |= {"firstname": first or None, "lastname": last or None}
    if "empfaenger" in call.params:
        contact.properties["mobile_number"] = call.text("empfaenger") or None
    if "email" in call.params:
        contact.properties["email"] = call.text("email") or None
    call.world.store.put(contact)
    code = _UNCHANGED if before == contact.properties else _CHANGED
    if call.wants_json:
        return json_response({"return": code, "id": contact.id})
    return text_response(f"{code}\n{contact.id}")


def _delete(call: Call) -> Response:
    contact = call.account.contacts.pop(call.number("id", default=0), None)
    if contact is not None:
        call.world.store.delete(contact)
    code = _CHANGED if contact is not None else _UNCHANGED
    return json_response({"return": code}) if call.wants_json else text_response(code)
