"""Locks between processes, held by PostgreSQL and gone with their holder.

Session-level advisory locks: a killed worker's connection closes and frees them, so no
lock outlives its work. They keep work from being done twice at a time for economy;
what must hold in any case is guarded by rows, states and unique constraints.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import ParamSpec

from django.db import connection
from django.db.utils import Error as DatabaseError

P = ParamSpec("P")
Report = dict[str, object]


def exclusive(
    name: str, timeout_s: float
) -> Callable[[Callable[P, Report]], Callable[P, Report]]:
    """Let one process at a time run the function; the others return at once.

    `timeout_s` bounds each statement of the function, so that a hanging one does not
    hold the lock for ever.
    """

    def decorate(function: Callable[P, Report]) -> Callable[P, Report]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> Report:
            with held(name) as is_mine:
                if not is_mine:
                    return {"skipped": "runs already"}
                with _statement_timeout(timeout_s):
                    return function(*args, **kwargs)

        return run

    return decorate


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Hold the lock of a name inside the block; yields whether it was free."""
    key = key_of(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            _release(key)


@contextmanager
def one_of(name: str, *, slots: int) -> Iterator[int | None]:
    """Hold one of several slots inside the block; yields its number or None."""
    for slot in range(slots):
        with held(f"{name}#{slot}") as is_mine:
            if is_mine:
                yield slot
                return
    yield None


def taken(name: str, *, slots: int) -> int:
    """Return how many slots of a name are held by any process."""
    keys = [key_of(f"{name}#{slot}") for slot in range(slots)]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(DISTINCT (classid, objid)) FROM pg_locks
               WHERE locktype = 'advisory' AND granted
                 AND (classid::bigint << 32 | objid::bigint) = ANY(%s)""",
            [keys],
        )
        return int(cursor.fetchone()[0])


def key_of(name: str) -> int:
    """Return the lock number of a name, a signed 64-bit integer."""
    digest = hashlib.sha256(f"seven-dashboard:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _release(key: int) -> None:
    # A broken connection has freed the lock already.
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _statement_timeout(timeout_s: float) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false)",
            [str(round(timeout_s * 1000))],
        )
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
