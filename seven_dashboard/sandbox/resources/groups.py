"""Groups of contacts (gateway.md 3.7)."""

from __future__ import annotations

from seven_dashboard.sandbox.call import Call, invalid, missing
from seven_dashboard.sandbox.clock import stamp
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.paging import paged
from seven_dashboard.sandbox.records import Contact, Group
from seven_dashboard.sandbox.routing import operation

_DEFAULT_LIMIT = 10


def _members(call: Call, group: Group) -> list[Contact]:
    return [c for c in call.account.contacts.values() if group.id in c.groups]


def _group_json(call: Call, group: Group) -> dict[str, object]:
    return {
        "id": group.id,
        "name": group.name,
        "members_count": len(_members(call, group)),
        "created": stamp(group.created_at),
    }


@operation("GET", "/groups", scope="groups")
def index(call: Call) -> Response:
    """List groups, oldest first."""
    groups = list(call.account.groups.values())
    return paged(
        call,
        groups,
        lambda group: _group_json(call, group),
        default_limit=_DEFAULT_LIMIT,
    )


@operation("POST", "/groups", scope="groups")
def create(call: Call) -> Response:
    """Add a group."""
    name = call.text("name").strip()
    if not name:
        return invalid("name is missing")
    group = Group(call.world.next_serial(), call.account.id, name, call.world.now())
    call.account.groups[group.id] = group
    call.world.store.put(group)
    return json_response(_group_json(call, group))


def _find(call: Call) -> Group | None:
    text = call.path_values[0]
    return call.account.groups.get(int(text)) if text.isdecimal() else None


@operation("GET", "/groups/{id}", scope="groups")
def show(call: Call) -> Response:
    """Answer one group."""
    group = _find(call)
    if group is None:
        return missing("Group")
    return json_response(_group_json(call, group))


@operation("PATCH", "/groups/{id}", scope="groups")
def update(call: Call) -> Response:
    """Rename a group."""
    group = _find(call)
    if group is None:
        return missing("Group")
    group.name = call.text("name").strip() or group.name
    call.world.store.put(group)
    return json_response(_group_json(call, group))


@operation("DELETE", "/groups/{id}", scope="groups")
def delete(call: Call) -> Response:
    """Remove a group, with its contacts when ``delete_contacts`` says so."""
    group = _find(call)
    if group is None:
        return missing("Group")
    takes_contacts = call.flag("delete_contacts")
    for contact in _members(call, group):
        if takes_contacts:
            del call.account.contacts[contact.id]
            call.world.store.delete(contact)
        else:
            contact.groups = [g for g in contact.groups if g != group.id]
            call.world.store.put(contact)
    del call.account.groups[group.id]
    call.world.store.delete(group)
    return json_response({"success": True})
