"""A gateway on the loopback that answers, drops, garbles or hangs as told."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from seven_dashboard.embedded.leases import wait_until


@dataclass(frozen=True)
class Received:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: ClassVar[Stub]

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def serve(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        received = Received(
            self.command,
            f"http://{self.headers['Host']}{self.path}",
            dict(self.headers),
            self.rfile.read(size),
        )
        self.stub.received.append(received)
        self.stub.reaction()(self)

    do_GET = do_POST = do_PATCH = do_DELETE = serve

    def respond(
        self,
        data: bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # More than the threads of any test connect at once.
    request_queue_size = 64

    def __init__(self, handler: type[Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.has_closed = threading.Event()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.has_closed.set()


Reaction = Callable[[Handler], None]


class Stub:
    """Give each request the next reaction; the last one stays."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._reactions: deque[Reaction] = deque()
        self._is_over = threading.Event()
        handler = type("Handler", (Handler,), {"stub": self})
        self._server = _Server(handler)
        # A test that fails before it closes its stub must not keep the run from ending.
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.003},
            daemon=True,
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api"

    @property
    def last(self) -> Received:
        return self.received[-1]

    def takes(self, count: int) -> int:
        """Return how many requests came, once there are so many.

        A client may have given up before a busy machine reads what it asked.
        """
        wait_until(lambda: len(self.received) >= count, timeout_s=20)
        return len(self.received)

    def reaction(self) -> Reaction:
        if len(self._reactions) > 1:
            return self._reactions.popleft()
        return self._reactions[0]

    def close(self) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answers(self, body: object, *, status: int = 200, **headers: str) -> Stub:
        """Answer with text as it is, and with everything else as JSON."""
        plain = body if isinstance(body, str | bytes) else json.dumps(body)
        data = plain.encode() if isinstance(plain, str) else plain

        return self.reacts(
            lambda handler: handler.respond(data, status=status, headers=headers)
        )

    def reacts(self, reaction: Reaction) -> Stub:
        self._reactions.append(reaction)
        return self

    def answers_and_closes(self, body: object) -> Stub:
        """Answer, then close the connection without having said so."""
        data = json.dumps(body).encode()

        def reaction(handler: Handler) -> None:
            handler.respond(data)
            handler.close_connection = True

        return self.reacts(reaction)

    def waits_until_closed(self) -> None:
        assert self._server.has_closed.wait(20)

    def hangs(self) -> Stub:
        """Take the request and never answer."""
        return self.reacts(lambda handler: self._never(handler))

    def hangs_up(self) -> Stub:
        """Take the request and close the connection."""
        return self.reacts(_close)

    def resets(self) -> Stub:
        """Take the request and reset the connection."""
        return self.reacts(_reset)

    def sends(self, raw: bytes) -> Stub:
        """Send bytes as they are and close."""

        def reaction(handler: Handler) -> None:
            handler.wfile.write(raw)
            _close(handler)

        return self.reacts(reaction)

    def drips(self, *, chunks: int, pause_s: float) -> Stub:
        """Send a body slowly, a byte each time."""

        def reaction(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", str(chunks))
            handler.end_headers()
            for _ in range(chunks):
                handler.wfile.write(b" ")
                if self._is_over.wait(pause_s):
                    return

        return self.reacts(reaction)

    def _never(self, handler: Handler) -> None:
        self._is_over.wait(10)
        handler.close_connection = True


def _close(handler: Handler) -> None:
    handler.close_connection = True


def _reset(handler: Handler) -> None:
    # Closing with linger 0 sends RST instead of FIN.
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.close()
