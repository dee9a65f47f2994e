"""Connections that know whether a request has begun to leave this machine.

"Certainly not sent" must not be guessed from the kind of an exception: a TLS error may
come from the handshake or from reading the answer. So the connection itself notes the
moment its first byte goes out. The note is per thread, like the call.
"""

from __future__ import annotations

import threading
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Departure(threading.local):
    has_left = False


departure = _Departure()


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
    departure.has_left = True
