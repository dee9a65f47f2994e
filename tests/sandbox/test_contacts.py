from __future__ import annotations

from typing import Any

import pytest

from .conftest import Gateway


def add(gateway: Gateway, **given: Any) -> Any:
    return gateway.json("POST", "/contacts", data=given)


def test_contact_has_the_recorded_shape(gateway: Gateway) -> None:
    contact = add(gateway, firstname="Jane", lastname="Doe", mobile_number="4917612345")
    assert list(contact) == [
        "id",
        "avatar",
        "validation",
        "initials",
        "properties",
        "groups",
        "created",
    ]
    assert contact["validation"] == {"state": None, "timestamp": None}
    assert contact["initials"]["initials"] == "JD"
    assert contact["properties"]["mobile_number"] == "4917612345"
    assert contact["properties"]["email"] is None


def test_custom_properties_are_extra_keys(gateway: Gateway) -> None:
    contact = add(gateway, firstname="Jane", shoe_size="42")
    assert contact["properties"]["shoe_size"] == "42"


def test_empty_text_comes_back_as_null(gateway: Gateway) -> None:
    assert add(gateway, firstname="Jane", city="")["properties"]["city"] is None


def test_list_has_paging_metadata(gateway: Gateway) -> None:
    for number in range(3):
        add(gateway, firstname=f"C{number}")
    page = gateway.json("GET", "/contacts", params={"limit": 2, "offset": 2})
    assert page["pagingMetadata"] == {
        "offset": 2,
        "count": 1,
        "total": 3,
        "limit": 2,
        "has_more": False,
    }
    assert page["data"][0]["properties"]["firstname"] == "C2"


def test_default_page_is_thirty_contacts(gateway: Gateway) -> None:
    assert gateway.json("GET", "/contacts")["pagingMetadata"]["limit"] == 30


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"search": "bert"}, ["Bert"]),
        ({"order_by": "firstname", "order_direction": "desc"}, ["Bert", "Anna"]),
        ({"order_by": "firstname", "order_direction": "asc"}, ["Anna", "Bert"]),
    ],
)
def test_search_and_order(
    gateway: Gateway, params: dict[str, str], expected: list[str]
) -> None:
    add(gateway, firstname="Bert")
    add(gateway, firstname="Anna")
    rows = gateway.json("GET", "/contacts", params=params)["data"]
    assert [row["properties"]["firstname"] for row in rows] == expected


def test_patch_changes_only_what_is_given(gateway: Gateway) -> None:
    number = add(gateway, firstname="Jane", city="Kiel")["id"]
    changed = gateway.json("PATCH", f"/contacts/{number}", data={"city": "Bonn"})
    assert changed["properties"]["firstname"] == "Jane"
    assert changed["properties"]["city"] == "Bonn"
    assert gateway.json("GET", f"/contacts/{number}") == changed


@pytest.mark.parametrize("spelling", ["groups", "groups[]", "groups[0]"])
def test_groups_replace_the_membership(gateway: Gateway, spelling: str) -> None:
    old, new = (gateway.json("POST", "/groups", data={"name": n}) for n in "ab")
    number = add(gateway, firstname="Jane", groups=old["id"])["id"]
    data = {spelling: new["id"]}
    contact = gateway.json("PATCH", f"/contacts/{number}", data=data)
    assert contact["groups"] == [new["id"]]
    listed = gateway.json("GET", "/contacts", params={"group_id": new["id"]})
    assert [row["id"] for row in listed["data"]] == [number]


def test_deleted_contact_is_a_404(gateway: Gateway) -> None:
    number = add(gateway, firstname="Jane")["id"]
    assert gateway.json("DELETE", f"/contacts/{number}") == {"success": True}
    answer = gateway.call("GET", f"/contacts/{number}")
    assert answer.status_code == 404
    assert answer.json()["errors"] == []


def test_old_write_read_and_delete(gateway: Gateway) -> None:
    write = {"action": "write", "nick": "Jane Doe", "empfaenger": "4917612345"}
    made = gateway.call("POST", "/contacts", params=write | {"json": "1"}).json()
    assert made["return"] == "152"
    read = {"action": "read", "json": "1"}
    rows = gateway.call("GET", "/contacts", params=read).json()
    assert rows == [{"ID": str(made["id"]), "Name": "Jane Doe", "Number": "4917612345"}]
    gone = {"action": "del", "id": made["id"]}
    assert gateway.text("POST", "/contacts", params=gone) == "152"


def test_old_read_is_csv_as_text(gateway: Gateway) -> None:
    add(gateway, firstname="Jane", mobile_number="4917612345")
    text = gateway.text("GET", "/contacts", params={"action": "read"})
    assert text.endswith(';"Jane";"4917612345"')


def test_group_has_the_recorded_shape(gateway: Gateway) -> None:
    group = gateway.json("POST", "/groups", json={"name": "Friends"})
    assert list(group) == ["id", "name", "members_count", "created"]
    add(gateway, firstname="Jane", groups=group["id"])
    renamed = gateway.json(
        "PATCH", f"/groups/{group['id']}", data={"name": "Old friends"}
    )
    assert (renamed["name"], renamed["members_count"]) == ("Old friends", 1)


def test_default_page_is_ten_groups(gateway: Gateway) -> None:
    assert gateway.json("GET", "/groups")["pagingMetadata"]["limit"] == 10


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"params": {"delete_contacts": "true"}}, 0),
        ({"data": {"delete_contacts": "1"}}, 0),
        ({"params": {"delete_contacts": "false"}}, 1),
        ({}, 1),
    ],
)
def test_group_takes_its_contacts_along_when_told(
    gateway: Gateway, given: dict[str, Any], left: int
) -> None:
    group = gateway.json("POST", "/groups", data={"name": "Friends"})["id"]
    add(gateway, firstname="Jane", groups=group)
    answer = gateway.json("DELETE", f"/groups/{group}", **given)
    assert answer == {"success": True}
    assert gateway.json("GET", "/contacts")["pagingMetadata"]["total"] == left


def test_group_needs_a_name(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/groups", data={})
    assert answer.status_code == 400
    assert answer.json()["error_message"]
