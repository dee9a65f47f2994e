"""A server in the test's own process that tells when nobody asks it any more."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Condition
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer

PATIENCE_S = 30


class CountingServer(ThreadedWSGIServer):
    """Knows whose connections are open."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open: set[object] = set()
        self._changed = Condition()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count a connection before its thread begins."""
        with self._changed:
            self._open.add(client_address)
            self._changed.notify_all()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer all that a connection asks, and count it no more."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._open.discard(client_address)
                self._changed.notify_all()

    def wait_until_left(self) -> None:
        """Wait until all connections are closed and what they asked for is done.

        A connection of our own goes last: once it is taken, none made before it is
        still in the queue. Raises TimeoutError.
        """
        with socket.create_connection(("127.0.0.1", self.server_port)) as last:
            own = last.getsockname()
            self._wait(lambda: own in self._open)
        self._wait(lambda: not self._open)

    def _wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE_S):
                raise TimeoutError(f"still open: {self._open}")
