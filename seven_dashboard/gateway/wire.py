"""Connections that know whether a request has begun to leave this machine.

"Certainly not sent" must not be guessed from the kind of an exception: a TLS error may
come from the handshake or from reading the answer. So the connection itself notes the
moment its first byte goes out. The note is per thread, like the call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Departure(threading.local):
    has_left = False
    # Monotonic seconds after which a request must not begin to leave any more.
    latest: float | None = None


departure = _Departure()


class TooLate(OSError):
    """The request was held up before it left, so it was not sent at all."""


@contextmanager
def leaving_within(seconds: float) -> Iterator[None]:
    """Let calls of this thread begin to leave only for so long; after that they fail.

    Waiting for a free connection and looking up a name know no time limit of their
    own; a request that leaves long after its caller gave it up is worse than none.
    """
    departure.latest = time.monotonic() + seconds
    try:
        yield
    finally:
        departure.latest = None


class PlainConnection(HTTPConnection):
    def send(self, data: Any) -> None:
        _note_departure(self)
        super().send(data)


class SecureConnection(HTTPSConnection):
    def send(self, data: Any) -> None:
        _note_departure(self)
        super().send(data)


class PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = PlainConnection


class SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = SecureConnection


POOLS = {"http": PlainPool, "https": SecurePool}


def _note_departure(connection: HTTPConnection) -> None:
    if connection.sock is None:
        # http.client connects lazily inside send; a failure here has sent nothing.
        connection.connect()
    latest = departure.latest
    if not departure.has_left and latest is not None and time.monotonic() > latest:
        raise TooLate("held up before it left")
    departure.has_left = True
