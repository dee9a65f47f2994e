"""A slice finds its contacts by index, however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts import slices
from contacts.services import import_checks, import_slices, import_sql, import_undos
from tests.contacts.test_plans import FILL, nodes

# Without a mark, a run of this module alone would have no database.
pytestmark = pytest.mark.django_db
NAMES = ("phone", "country", "firstname", "birthday", "custom")


@pytest.fixture(scope="module")
def workspace_id(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[UUID]:
    """Fill a workspace once, and a slice of the usual size with its numbers."""
    lines = [f"+49171{1_000_100 + at * 9}\tDE\tX\t\t{{}}\n" for at in range(5_000)]
    part = slices.Slice(5_000, "".join(lines).encode(), 5_000, 0, [])
    with django_db_blocker.unblock(), transaction.atomic():
        workspace = Workspace.objects.create(name="Large", slug="large")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [workspace.pk])
            cursor.execute("ANALYZE contacts_contact")
            import_sql.load(cursor, part, NAMES)
        yield workspace.id
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    [
        import_slices.update_sql(NAMES, "update"),
        import_checks.compare_sql(NAMES, "fill"),
        import_slices._JOIN_GROUPS,
        import_undos.restore_sql(),
    ],
    ids=["update", "check", "groups", "undo"],
)
def test_contacts_are_found_by_their_numbers(
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
    kinds = {
        str(node["Node Type"])
        for node in nodes(whole[0]["Plan"])
        if node.get("Relation Name") == "contacts_contact"
    } - {"ModifyTable", "LockRows"}
    assert kinds
    assert "Seq Scan" not in kinds
