"""Tables that are filled once for all tests of a module: see the tests of plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Made = TypeVar("Made")


@contextmanager
def filled(blocker: DjangoDbBlocker, fill: Callable[[], Made]) -> Iterator[Made]:
    """Give what `fill` makes, and take it back in the end.

    Tests end inside this transaction, and each that ends has all foreign keys checked
    that wait for it: of 100,000 rows that takes a second. They are checked here once.
    """
    with blocker.unblock(), transaction.atomic():
        made = fill()
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)
