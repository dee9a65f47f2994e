"""How many contacts match, without counting a million: exact when few, else about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

# Counted to here by an index; beyond, the planner's estimate is near enough.
MAX_EXACT = 10_000
# What a person waits for a figure.
LIVE_MS = 2_000


class Count(NamedTuple):
    """A number of rows; ``is_exact`` says that it was counted."""

    n: int
    is_exact: bool


def about(rows: QuerySet[Any]) -> Count:
    """Count rows up to ``MAX_EXACT``; of more return the planner's estimate."""
    few = rows.order_by().values("pk")[: MAX_EXACT + 1].count()
    if few <= MAX_EXACT:
        return Count(few, True)
    return Count(max(estimate(rows), few), False)


def soon(rows: QuerySet[Any]) -> Count:
    """Count rows that may be dear to find: what takes long is an estimate."""
    try:
        with time_limit(LIVE_MS):
            return about(rows)
    except OperationalError:
        return Count(estimate(rows), False)


def two_digits(number: float) -> int:
    """Return as much as an estimate is good for: 48,613 is about 49,000."""
    whole = round(number)
    return round(whole, 2 - len(str(whole))) if whole >= 100 else whole


@contextmanager
def time_limit(limit_ms: int) -> Iterator[None]:
    """Let statements end with OperationalError after some time."""
    with transaction.atomic():
        before = _set_timeout(f"{limit_ms}ms")
        yield
        # An outer transaction goes on with the limit that it had, if any.
        _set_timeout(before)


def _set_timeout(limit: str) -> str:
    """Limit the statements of this transaction; return what held before ("30s")."""
    # The subquery is read before the setting is changed.
    sql = """
        SELECT before, set_config('statement_timeout', %s, true)
        FROM (SELECT current_setting('statement_timeout') AS before OFFSET 0) AS held
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [limit])
        return str(cursor.fetchone()[0])


def estimate(rows: QuerySet[Any]) -> int:
    """Return how many rows the planner expects."""
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return int(plan[0]["Plan"]["Plan Rows"])
