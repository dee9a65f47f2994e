"""What the contact page and the list of duplicates read, they read by an index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts.models import Contact
from contacts.selectors import contacts, duplicates, merges
from tests.contacts.test_plans import nodes
from tests.filled import filled

pytestmark = pytest.mark.django_db

FILL = (
    "INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname,"
    " lastname, company, email, home_phone, address, postal_code, city, notes, custom)"
    " SELECT %s, gen_random_uuid(), '+49171' || (1000000 + n), 'DE', '', '', '', '',"
    " '', '', '', '', '', '{}' FROM generate_series(1, 20000) AS n",
    "INSERT INTO contacts_duplicate (workspace_id, first_id, second_id, reason,"
    " found_at) SELECT workspace_id, id, id + 1, 'email', now() FROM contacts_contact"
    " WHERE workspace_id = %s ORDER BY id LIMIT 19999",
    "INSERT INTO contacts_formernumber (workspace_id, contact_id, phone)"
    " SELECT workspace_id, id, '+49172' || id FROM contacts_contact"
    " WHERE workspace_id = %s",
    "INSERT INTO contacts_merge (id, workspace_id, kept_uuid, removed_uuid,"
    " removed_name, removed, before, after, trail, created_at)"
    " SELECT gen_random_uuid(), workspace_id, uuid, gen_random_uuid(), '', '{}', '{}',"
    " '{}', '{}', now() FROM contacts_contact WHERE workspace_id = %s",
)


@pytest.fixture(scope="module")
def many(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Contact]:
    """Fill one workspace once for all tests of this module; give one of its people."""

    def fill() -> Contact:
        workspace = Workspace.objects.create(name="Large", slug="large-merging")
        with connection.cursor() as cursor:
            for statement in FILL:
                cursor.execute(statement, [workspace.pk])
            for table in ("contact", "duplicate", "formernumber", "merge"):
                cursor.execute(f"ANALYZE contacts_{table}")
        middle = Contact.objects.filter(workspace=workspace).order_by("id")[10_000]
        return Contact.objects.select_related("workspace").get(pk=middle.pk)

    with filled(django_db_blocker, fill) as made:
        yield made


READS: dict[str, Callable[[Contact], object]] = {
    "number": lambda one: contacts.by_phone(one.workspace, one.phone),
    "former-number": lambda one: contacts.by_phone(one.workspace, f"+49172{one.id}"),
    "all-numbers": merges.numbers_of,
    "merges": merges.of_contact,
    "merged-into": lambda one: merges.into(one.workspace, one.uuid),
    "suggestions": duplicates.of_contact,
    "pair": lambda one: duplicates.between(one, one),
    "first-page": lambda one: duplicates.page(one.workspace),
    "page-of-a-reason": lambda one: duplicates.page(one.workspace, reason="email"),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_reads_little_and_by_index(
    many: Contact, read: Callable[[Contact], object]
) -> None:
    with CaptureQueriesContext(connection) as queries:
        read(many)
    assert len(queries) <= 3
    for query in list(queries):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            found = cursor.fetchone()[0]
        whole = json.loads(found) if isinstance(found, str) else found
        for node in nodes(whole[0]["Plan"]):
            # The few users of a test fit into one page.
            if node.get("Relation Name") != "accounts_user":
                assert node["Node Type"] != "Seq Scan", query["sql"]
            assert float(str(node["Actual Rows"])) <= 100, query["sql"]
