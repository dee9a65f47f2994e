"""How many contacts match, without counting a million: exact when few, else about."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# Counted to here by an index; beyond, the planner's estimate is near enough.
MAX_EXACT = 10_000


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
