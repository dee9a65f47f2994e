"""Lists narrowed by what lookups found read by index, for 50,000 contacts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts.selectors import number_facts
from contacts.selectors.criteria import Filter
from tests.contacts.test_plans import FILL, page_of, plan_of, rows_read
from tests.filled import filled

pytestmark = pytest.mark.django_db

# Four of five numbers were looked up; a landline and a dead number are rare.
FACTS = """
INSERT INTO contacts_numberfact (workspace_id, phone, network_type, carrier, format_at,
  network, mccmnc, mnp_at, reachable, validity, roaming, hlr_at, caller_name,
  rcs_capabilities, has_rcs, rcs_at, stale_at)
SELECT workspace_id, phone,
  CASE WHEN mod(id, 500) = 0 THEN 'fixed_line' ELSE 'mobile' END, '', now(),
  'Net ' || mod(id, 200), '', now(),
  CASE WHEN mod(id, 700) = 0 THEN 'absent' ELSE 'reachable' END, 'valid', '', now(),
  '', '{}', mod(id, 3) = 0, now(),
  now() + CASE WHEN mod(id, 900) = 0 THEN interval '-1 day' ELSE interval '9 days' END
FROM contacts_contact WHERE workspace_id = %s AND mod(id, 5) > 0
"""


@pytest.fixture(scope="module")
def large(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Workspace]:
    def fill() -> Workspace:
        workspace = Workspace.objects.create(name="Large", slug="large")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [workspace.pk])
            cursor.execute(FACTS, [workspace.pk])
            cursor.execute("ANALYZE contacts_contact, contacts_numberfact")
        return workspace

    with filled(django_db_blocker, fill) as made:
        yield made


@pytest.mark.parametrize(
    "word",
    ["mobile", "landline", "reachable", "absent", "unreachable", "invalid", "rcs"]
    + ["no_rcs", "network:Net 7", "never", "stale"],
)
def test_fact_is_found_by_index(large: Workspace, word: str) -> None:
    plan = plan_of(page_of(large, Filter(fact=word)))
    whole = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
    assert not whole & {"contacts_contact", "contacts_numberfact"}
    assert rows_read(plan) < 5_000


def test_networks_are_read_from_their_index(large: Workspace) -> None:
    assert len(number_facts.networks(large)) == 160
