"""Opt-outs and their history are read by index, whatever they are narrowed to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from contacts.models import ConsentEvent, OptOut
from contacts.selectors.opt_outs import Narrowed, narrowed
from tests.contacts.test_plans import plan_of, rows_read
from tests.filled import filled

pytestmark = pytest.mark.django_db

FILL = """
INSERT INTO {table} (workspace_id, phone, channel, source, reason, {columns})
SELECT %s, '+49171' || (1000000 + n), CASE WHEN n %% 9999 = 0 THEN 'rcs' ELSE '' END,
  CASE WHEN n %% 9999 = 1 THEN 'reply' ELSE 'import' END, '', {values}
FROM generate_series(1, 30000) AS n
"""


@pytest.fixture(scope="module")
def many(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Workspace]:
    def fill() -> Workspace:
        workspace = Workspace.objects.create(name="Large", slug="large")
        with connection.cursor() as cursor:
            for table, columns, values in (
                ("contacts_optout", "created_at", "now()"),
                ("contacts_consentevent", "kind, evidence", "'opt_out', ''"),
            ):
                sql = FILL.format(table=table, columns=columns, values=values)
                cursor.execute(sql, [workspace.pk])
                cursor.execute(f"ANALYZE {table}")
        return workspace

    with filled(django_db_blocker, fill) as made:
        yield made


@pytest.mark.parametrize("model", [OptOut, ConsentEvent])
@pytest.mark.parametrize(
    "wanted",
    [
        Narrowed(),
        Narrowed(channel="rcs"),
        Narrowed(channel="voice"),
        Narrowed(source="reply"),
        Narrowed(text="0171 1012345"),
        Narrowed(text="0171 1012345", channel="all", source="import"),
    ],
    ids=["all", "rare-channel", "no-channel", "rare-source", "number", "together"],
)
def test_list_reads_little(many: Workspace, model: Any, wanted: Narrowed) -> None:
    rows = narrowed(model.objects.filter(workspace=many), many, wanted)
    plan = plan_of(rows.order_by("-pk")[:51])
    assert "Seq Scan" not in {str(node["Node Type"]) for node in plan}
    assert rows_read(plan) < 1_000
