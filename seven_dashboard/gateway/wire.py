"""Connections that know whether a request has begun to leave this machine.

"Certainly not sent" must not be guessed from the kind of an exception: a TLS error may
come from the handshake or from reading the answer. So the connection itself notes the
moment its first byte goes out. The note is per thread, like the call.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

# A larger body is worth a call to the system of its own.
_WHOLE_BYTES = 64 * 1024
_USUAL_STATUS, _HEAD_END = b"HTTP/1.1 200 ", b"\r\n\r\n"
_NAME, _VALUE = re.compile(r"[A-Za-z0-9_-]+"), re.compile(r"[^\r\n\0]*")
_LENGTH = re.compile(r"[0-9]{0,18}")


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


class _Answered(http.client.HTTPResponse):
    """Read the head of a usual answer by splitting it into lines.

    http.client reads it as that of a mail, which takes as long as all else that is
    done with an answer. Whatever is not a plain 200 that came in one piece is left to
    it.
    """

    def _read_status(self) -> tuple[str, int, str]:
        # 102 and 103 go before an answer as 100 does, the only one that is skipped. One
        # of them taken for the answer would leave the real one to the next message.
        version, status, reason = super()._read_status()  # type: ignore[misc]
        is_interim = HTTPStatus.SWITCHING_PROTOCOLS < status < HTTPStatus.OK
        return version, HTTPStatus.CONTINUE if is_interim else status, reason

    def begin(self) -> None:
        head = _usual_head(self.fp.peek(1))
        if head is None:
            super().begin()
            return
        self.fp.read(head.size)
        self.headers = self.msg = headers = head.headers
        self.version, self.status, self.reason = 11, 200, head.reason
        self.chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        length = "" if self.chunked else headers.get("content-length", "")
        self.length = int(length) if length else None
        is_closing = "close" in headers.get("connection", "").lower()
        self.will_close = is_closing or not (self.chunked or length)


class _Head(NamedTuple):
    size: int
    reason: str
    headers: http.client.HTTPMessage


def _usual_head(data: bytes) -> _Head | None:
    """Read a head that is there as a whole; None for any that is not as usual."""
    end = data.find(_HEAD_END)
    if end < 0 or not data.startswith(_USUAL_STATUS):
        return None
    status, *lines = data[:end].decode("latin-1").split("\r\n")
    if not _VALUE.fullmatch(status):
        return None
    headers = http.client.HTTPMessage()
    for line in lines:
        name, colon, value = line.partition(":")
        # Lines that go on another, have no name, or end in their middle.
        if not (colon and _NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            return None
        headers.set_raw(name, value.strip(" \t"))
    if not _LENGTH.fullmatch(headers.get("content-length", "")):
        return None
    reason = status[len(_USUAL_STATUS) :].strip()
    return _Head(end + len(_HEAD_END), reason, headers)


class _Whole:
    """Send the head of a request together with its body, in one piece.

    http.client sends them one after the other: a call to the system, a packet and, at
    the other end, a wake-up more for each message.
    """

    response_class: type[http.client.HTTPResponse] = _Answered
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

    def putheader(self, header: Any, *values: Any) -> None:
        if len(values) == 1 and isinstance(values[0], str) and _is_plain(values[0]):
            line = f"{header}: {values[0]}".encode("ascii")
            self._output(line)  # type: ignore[attr-defined]
            return
        super().putheader(header, *values)  # type: ignore[misc]

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


def _is_plain(value: str) -> bool:
    """Say that nothing in a value could end its line."""
    return value.isascii() and value.isprintable()


def _note_departure(connection: HTTPConnection) -> None:
    if connection.sock is None:
        # http.client connects lazily inside send; a failure here has sent nothing.
        connection.connect()
    latest = departure.latest
    if not departure.has_left and latest is not None and time.monotonic() > latest:
        raise TooLate("held up before it left")
    departure.has_left = True
