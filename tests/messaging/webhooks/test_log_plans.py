"""The event log is read by its indexes: PostgreSQL says so for 60,000 events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Workspace
from messaging.selectors import event_log
from messaging.selectors.event_log import Filter
from tests.filled import filled

pytestmark = pytest.mark.django_db

FILL = """
INSERT INTO messaging_webhookevent (workspace_id, digest, kind, content_type, body,
  query, state, error, tries, due_at, received_at, subject)
SELECT %s, md5(n::text), CASE WHEN mod(n, 9973) = 0 THEN 'fax' WHEN mod(n, 50) = 0
  THEN 'sms_mo' ELSE 'dlr' END, '', '', '',
  CASE WHEN mod(n, 7919) = 0 THEN 'failed' ELSE 'applied' END, '', 0, now(),
  now() - (60001 - n) * interval '1 second', '77' || n
FROM generate_series(1, 60000) AS n
"""


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Fill one workspace once for all tests of this module."""

    def fill() -> Any:
        workspace = Workspace.objects.create(name="Large", slug="large")
        with connection.cursor() as cursor:
            cursor.execute(FILL, [workspace.pk])
            cursor.execute("ANALYZE messaging_webhookevent")
        return workspace

    with filled(django_db_blocker, fill) as made:
        yield made


def rows_read(act: Callable[[], object]) -> float:
    """Return how many rows the statements of an act have read."""
    plans: list[dict[str, Any]] = []

    def explain(execute: Any, sql: str, params: Any, *more: Any) -> Any:
        if "webhookevent" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                found = cursor.fetchone()[0]
            whole = json.loads(found) if isinstance(found, str) else found
            plans.append(whole[0]["Plan"])
        return execute(sql, params, *more)

    with connection.execute_wrapper(explain):
        act()
    assert plans
    return sum(_read(plan) for plan in plans)


def _read(plan: dict[str, Any]) -> float:
    own = 0.0
    if "Scan" in plan["Node Type"] and "webhookevent" in str(plan.get("Relation Name")):
        own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        own *= plan["Actual Loops"]
    return own + sum(_read(child) for child in plan.get("Plans", []))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(kind="dlr"),
        Filter(kind="fax"),
        Filter(kind="nothing"),
        Filter(state="failed"),
        Filter(state="unmatched"),
        Filter(kind="fax", state="applied"),
        Filter(kind="sms_mo", state="failed"),
        Filter(subject="7730000"),
        Filter(subject="none"),
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["first", "middle", "back"])
def test_page_reads_little_more_than_it_shows(
    many: Workspace, wanted: Filter, place: str
) -> None:
    middle = event_log._rows(many).order_by("pk")[30_000].pk
    keys = {"first": {}, "middle": {"after": middle}, "back": {"before": middle}}
    read = rows_read(lambda: event_log.page(many, wanted, **keys[place]))
    assert read < 700


def test_kinds_are_found_without_reading_the_log(many: Workspace) -> None:
    assert event_log.kinds(many) == ["dlr", "fax", "sms_mo"]
    assert rows_read(lambda: event_log.kinds(many)) < 20


def test_failed_events_are_found_without_reading_the_log(many: Workspace) -> None:
    assert rows_read(lambda: event_log.newest_failed(many, most=5_000)) < 100


def test_newest_event_is_at_hand(many: Workspace) -> None:
    assert rows_read(lambda: event_log.newest(many)) < 50
