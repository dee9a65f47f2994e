"""Two slices of an import written at once, over two connections.

One connection keeps one core busy. So the second slice of a pair writes its contacts
while the first one does, and otherwise comes after it: it claims its numbers when the
first has claimed its own, so that of two rows with a number the earlier one counts;
and it touches what both share (the groups, the bookmark) when the first is committed.
The first therefore never waits for the second. When one fails, nothing of it or of
what comes after it is written.

But the first may wait for somebody who waits for the second. The database cannot see
that circle, a part of which is here, so the first gives up after a while.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import TracebackType

from django.db import connection, transaction

from contacts.services.import_slices import Writing

# For a lock of somebody else. Then the two are written one after the other, and a
# circle is for the database to see.
LOCK_WAIT_MS = 2_000


class FirstFailed(Exception):
    """The slice before was rolled back, so this one is, too."""


class Pairs:
    """Writes pairs of slices; holds a thread with a connection of its own."""

    def __init__(self) -> None:
        self._beside = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Pairs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._beside.submit(_close).result()
        self._beside.shutdown()

    def write(self, first: Writing, second: Writing) -> None:
        """Commit two slices that follow each other, the first one first.

        Raises what went wrong with the first, or else with the second, when both are
        over.
        """
        turn = _Turn()
        later = self._beside.submit(_write_second, second, turn)
        try:
            _write_first(first, turn)
        finally:
            error = later.exception()
        if error is not None:
            raise error


def _close() -> None:
    # Looked up here, because each thread has a connection of its own.
    connection.close()


class _Turn:
    """How far the first of two slices is."""

    def __init__(self) -> None:
        self.settled, self.over = Event(), Event()
        self.is_committed = False


def _write_first(writing: Writing, turn: _Turn) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true)", [str(LOCK_WAIT_MS)]
            )
            writing.settle(cursor)
            turn.settled.set()
            writing.enter(cursor)
            writing.close(cursor)
        turn.is_committed = True
    finally:
        turn.settled.set()
        turn.over.set()


def _write_second(writing: Writing, turn: _Turn) -> None:
    turn.settled.wait()
    if turn.over.is_set() and not turn.is_committed:
        raise FirstFailed
    with transaction.atomic(), connection.cursor() as cursor:
        writing.settle(cursor)
        writing.enter(cursor)
        turn.over.wait()
        if not turn.is_committed:
            raise FirstFailed
        writing.close(cursor)
