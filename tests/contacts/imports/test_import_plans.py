"""A slice finds its contacts by index, however many there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts import slices
from contacts.services import import_checks, import_slices, import_sql, import_undos
from tests.contacts.test_plans import FILL, nodes
from tests.filled import filled

# Without a mark, a run of this module alone would have no database.
pytestmark = pytest.mark.django_db
NAMES = ("phone", "country", "firstname", "birthday", "custom")


# A number, an id or a place; the workspace or the import alone would be all its rows.
OWN_KEY = re.compile(r"\b(phone|id|ctid)\)?(::text)? [<>]?= ")
STATEMENTS = {
    "update": import_slices.update_sql(NAMES, "update"),
    "check": import_checks.compare_sql(NAMES, "fill"),
    "other forms": import_sql._ADOPT,
    "groups": import_slices._JOIN_GROUPS,
    "lock for undo": import_undos._LOCK,
    "leave groups for undo": import_undos._LEAVE_GROUPS,
    "undo": import_undos.restore_sql(),
}


@pytest.fixture(scope="module", params=["described", "just grown"])
def workspace_id(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[UUID]:
    """Fill a workspace once, and a slice of the usual size with its numbers.

    Of the one that has just grown, the statistics do not know yet.
    """
    lines = [f"+49171{1_000_100 + at * 9}\tDE\tX\t\t{{}}\n" for at in range(5_000)]
    part = slices.Slice(5_000, "".join(lines).encode(), 5_000, 0, [])

    def fill() -> UUID:
        workspace = Workspace.objects.create(name="Large", slug="large")
        with connection.cursor() as cursor:
            if request.param == "just grown":
                other = Workspace.objects.create(name="Other", slug="other")
                cursor.execute(FILL, [other.pk])
                cursor.execute("ANALYZE contacts_contact")
            cursor.execute(FILL, [workspace.pk])
            if request.param == "described":
                cursor.execute("ANALYZE contacts_contact")
            # The journal of another import; an empty one is best read whole.
            cursor.execute(
                "INSERT INTO contacts_importednumber (source_id, phone) SELECT %s,"
                " phone FROM contacts_contact WHERE workspace_id = %s",
                [uuid4(), workspace.pk],
            )
            cursor.execute("ANALYZE contacts_importednumber")
            import_sql.load(cursor, part, NAMES)
        return workspace.id

    with filled(django_db_blocker, fill) as made:
        yield made


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_each_row_is_looked_up_by_its_own_key(
    workspace_id: UUID, statement: str
) -> None:
    facts = {
        "workspace": workspace_id,
        "source": uuid4(),
        "actor": None,
        "at": None,
        "phones": [f"+49171{1_000_100 + at}" for at in range(500)],
    }
    with connection.cursor() as cursor:
        cursor.execute(import_sql.NEARBY)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", facts)
        found = cursor.fetchone()[0]
    whole = json.loads(found) if isinstance(found, str) else found
    ways = [
        str(node.get("Index Cond") or node.get("TID Cond"))
        for node in nodes(whole[0]["Plan"])
        if node.get("Relation Name") in {"contacts_contact", "contacts_importednumber"}
        and node["Node Type"] not in {"ModifyTable", "LockRows"}
    ]
    assert ways
    assert all(OWN_KEY.search(way) for way in ways), ways
