"""How tables are emptied after a test whose transactions were real.

Django truncates every table, and makes the content types and permissions anew. With
these tables that takes longer than most tests; few rows are deleted in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

# They are as the migrations left them: no test changes them.
KEPT = {"django_content_type", "auth_permission"}
# Above it Django's way is faster: each row is looked for in all that may refer to it.
FEW = 1_000

_truncate = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    """Delete rows where there are few, and truncate as Django does where not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


def _empty(case: TransactionTestCase) -> None:
    counts = _counts()
    if sum(counts.values()) > FEW:
        _truncate(case)
        return
    # Foreign keys are checked at the end, so that the order does not matter.
    with transaction.atomic(), connection.cursor() as cursor:
        for table in counts:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def _counts() -> dict[str, int]:
    """Return how many rows the tables have that are not empty; not more than FEW."""
    with connection.cursor() as cursor:
        cursor.execute(_question())
        return {table: count for table, count in cursor.fetchall() if count}


@cache
def _question() -> str:
    tables = connection.introspection.django_table_names(only_existing=True)
    one = "SELECT '{0}', (SELECT count(*) FROM (SELECT FROM {1} LIMIT {2}) AS found)"
    return " UNION ALL ".join(
        one.format(table, connection.ops.quote_name(table), FEW + 1)
        for table in sorted(set(tables) - KEPT)
    )
