"""Replace many rows of a tally by their sum: readers see the one or the other."""

from __future__ import annotations

from typing import Final

from django.db import connection as database
from django.db import transaction

# So many rows more than there are sums are worth a rewrite.
SQUASH_AT: Final = 50

# A tally to the columns of what is squashed at once, to the other columns of a sum,
# and to what is summed.
_TALLIES: Final = {
    "messaging_tally": (
        ("campaign_id",),
        ("workspace_id", "day", "channel", "country", "state"),
        ("messages", "parts", "cost", "unbilled"),
    ),
    "messaging_daytally": (
        ("workspace_id", "day"),
        ("channel", "country", "state"),
        ("messages", "parts", "cost"),
    ),
    "messaging_labeltally": (
        ("workspace_id", "day"),
        ("label", "channel"),
        ("messages", "cost"),
    ),
}
_FIND = """
SELECT {one}, sum(rows) FROM (
    SELECT {one}, count(*) AS rows FROM {table} GROUP BY {one}, {more}) AS sums
GROUP BY {one} HAVING sum(rows) - count(*) >= %s LIMIT 500
"""
_SQUASH = """
WITH old AS (
    DELETE FROM {table} WHERE id IN (
        SELECT id FROM {table} WHERE ({one}) = ({values}) FOR UPDATE SKIP LOCKED)
    RETURNING *
)
INSERT INTO {table} ({one}, {more}, {sums})
SELECT {one}, {more}, {summed} FROM old GROUP BY {one}, {more}
HAVING {has_any}
"""


def squash(*, at_least: int = SQUASH_AT) -> dict[str, int]:
    """Squash what has gathered in every tally; return how many rows less there are."""
    return {
        table.removeprefix("messaging_"): _squash(table, at_least) for table in _TALLIES
    }


def _squash(table: str, at_least: int) -> int:
    words = _words(table)
    with database.cursor() as cursor:
        cursor.execute(_FIND.format(**words), [at_least])
        found = cursor.fetchall()
    less = 0
    for *one, rows in found:
        with transaction.atomic(), database.cursor() as cursor:
            # What the trigger would add to the tallies of days is there already.
            cursor.execute("SET LOCAL messaging.squashing = 'on'")
            cursor.execute(_SQUASH.format(**words), one)
            less += max(0, int(rows) - cursor.rowcount)
            cursor.execute("SET LOCAL messaging.squashing = 'off'")
    return less


def _words(table: str) -> dict[str, str]:
    one, more, sums = _TALLIES[table]
    return {
        "table": table,
        "one": ", ".join(one),
        "values": ", ".join(["%s"] * len(one)),
        "more": ", ".join(more),
        "sums": ", ".join(sums),
        "summed": ", ".join(f"sum({name})" for name in sums),
        "has_any": " OR ".join(f"sum({name}) <> 0" for name in sums),
    }
