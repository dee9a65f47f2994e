"""Tables that are filled once for all tests of a module: see the tests of plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")
ALONE = """
SELECT 'ALTER TABLE ' || quote_ident(relname) || ' SET (autovacuum_enabled = false)'
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
# With rows of others that were taken back, or with what was counted then.
USED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND (reltuples >= 0 OR pg_relation_size(oid) > 0)
"""
# From version 18 on PostgreSQL can be told to forget what it has counted.
FORGETS = "SELECT to_regproc('pg_clear_relation_stats') IS NOT NULL"
FORGET = (
    "SELECT pg_clear_relation_stats('public', used) FROM unnest(%s::text[]) AS used",
    "SELECT pg_clear_attribute_stats(schemaname, tablename, attname, inherited)"
    " FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY(%s)",
)
# As autovacuum does: an index with entries that wait looks dear to the planner.
WAITING_WORDS = """
SELECT gin_clean_pending_list(made.oid)
FROM pg_class AS made JOIN pg_am AS way ON way.oid = made.relam
WHERE way.amname = 'gin' AND made.relnamespace = 'public'::regnamespace
"""


@contextmanager
def filled(blocker: DjangoDbBlocker, fill: Callable[[], Made]) -> Iterator[Made]:
    """Give what `fill` makes, and take it back in the end.

    Tests end inside this transaction, and each that ends has all foreign keys checked
    that wait for it: of 100,000 rows that takes a second. They are checked here once.

    A plan is to hang on nothing but these rows. What other modules took back lies in
    the tables and their indexes still, and what was counted then is still believed;
    with it, a plan would hang on which modules this process had before.
    """
    with blocker.unblock():
        make_as_new()
        with transaction.atomic():
            made = fill()
            with connection.cursor() as cursor:
                cursor.execute(WAITING_WORDS)
            connection.check_constraints()
            yield made
            transaction.set_rollback(True)


def keep_autovacuum_away() -> None:
    """Let no plan hang on whether it has come by: it does, every few seconds."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def make_as_new() -> None:
    """Leave nothing of rows that were taken back: neither space nor statistics."""
    with connection.cursor() as cursor:
        cursor.execute(USED)
        used = [table for (table,) in cursor.fetchall()]
        if not used:
            return
        names = ", ".join(map(connection.ops.quote_name, used))
        cursor.execute(f"VACUUM (FULL) {names}")
        cursor.execute(FORGETS)
        if cursor.fetchone()[0]:
            for statement in FORGET:
                cursor.execute(statement, [used])
