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

# A larger body is worth a call to the system of its own.
_WHOLE_BYTES = 64 * 1024


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


class _Whole:
    """Send the head of a request together with its body, in one piece.

    http.client sends them one after the other: a call to the system, a packet and, at
    the other end, a wake-up more for each message.
    """

    _awaits_body = False
    _head = b""

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        **kwargs: Any,
    ) -> None:
        self._head = b""
        self._awaits_body = isinstance(body, bytes) and 0 < len(body) <= _WHOLE_BYTES
        super().request(method, url, body, headers, **kwargs)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        if self._awaits_body:
            self._awaits_body = False
            self._head = data
            return
        _note_departure(self)  # type: ignore[arg-type]
        whole = self._head + data if self._head else data
        self._head = b""
        super().send(whole)  # type: ignore[misc]


class PlainConnection(_Whole, HTTPConnection):
    pass


class SecureConnection(_Whole, HTTPSConnection):
    pass


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
