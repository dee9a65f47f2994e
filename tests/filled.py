"""Tables that are filled once for all tests of a module: see the tests of plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")
LEFT_BY_OTHERS = "VACUUM contacts_contact, messaging_message"
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

    A plan is to hang on nothing but these rows: what other modules took back goes
    first, and the indexes are as they will be.
    """
    with blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(LEFT_BY_OTHERS)
        with transaction.atomic():
            made = fill()
            with connection.cursor() as cursor:
                cursor.execute(WAITING_WORDS)
            connection.check_constraints()
            yield made
            transaction.set_rollback(True)
