"""A small HTTP/1.1 server protocol on httptools.

Own code because a fate must be able to do what a framework never lets one do: answer
late, not at all, or with a closed connection, and because the sandbox has to be faster
than the sender it serves.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

import httptools

MAX_BODY_BYTES = 64 * 1024 * 1024

_REASONS = {
    200: "OK",
    302: "Found",
    303: "See Other",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Request:
    """One request as it came: raw target, lower-case headers, body bytes."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: str

    @property
    def path(self) -> str:
        """Return the decoded path without its query."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        """Return the raw query text."""
        return self.target.partition("?")[2]


@dataclass(slots=True)
class Response:
    """What to answer, and how: late, after an event, or by closing the connection."""

    body: bytes = b""
    status: int = 200
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    wait_for: asyncio.Future[None] | None = None
    is_dropped: bool = False

    def encode(self, *, is_head: bool = False) -> bytes:
        """Return the bytes for the wire."""
        extra = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        head = (
            f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Status')}\r\n"
            f"Content-Type: {self.content_type}\r\n"
            f"Content-Length: {len(self.body)}\r\n"
            f"X-Frame-Options: SAMEORIGIN\r\n{extra}\r\n"
        )
        return head.encode("latin-1", "replace") + (b"" if is_head else self.body)


def json_response(value: object, *, status: int = 200) -> Response:
    """Answer a value as JSON."""
    return Response(_to_json(value).encode(), status=status)


def text_response(text: str, *, status: int = 200) -> Response:
    """Answer plain text."""
    return Response(text.encode(), status=status, content_type=TEXT_TYPE)


def html_response(page: str, *, status: int = 200) -> Response:
    """Answer a page that may load nothing but its own style."""
    policy = "default-src 'none'; style-src 'self'; base-uri 'none'"
    return Response(
        page.encode(),
        status=status,
        content_type=HTML_TYPE,
        headers={"Content-Security-Policy": policy},
    )


def style_response(style: str) -> Response:
    """Answer a style sheet."""
    return Response(style.encode(), content_type="text/css; charset=utf-8")


def redirect_response(location: str, status: int = 302) -> Response:
    """Send the browser elsewhere."""
    clean = location.replace("\r", "").replace("\n", "")
    return Response(status=status, headers={"Location": clean})


Answer = Callable[[Response], None]
Handler = Callable[[Request, Answer], None]


class ServerProtocol(asyncio.Protocol):
    """Parse requests of one connection and answer them strictly in order."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._peer = ""
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._is_busy = False
        self._reset()

    def _reset(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._is_refused = False

    # --- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else ""

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.close()
        except httptools.HttpParserError:
            self._write(text_response("bad request", status=400))
            self.close()

    # --- httptools

    def on_message_begin(self) -> None:
        self._reset()

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        if key in self._headers:
            # Two key headers make one wrong key, as at the gateway (gateway.md 1).
            text = f"{self._headers[key]}, {text}"
        self._headers[key] = text

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes <= MAX_BODY_BYTES:
            self._body.append(body)
        elif not self._is_refused:
            self._is_refused = True
            self._write(text_response("too large", status=413))
            self.close()

    def on_message_complete(self) -> None:
        if self._is_refused:
            return
        request = Request(
            method=self._parser.get_method().decode("latin-1"),
            target=self._target.decode("latin-1"),
            headers=self._headers,
            body=b"".join(self._body),
            peer=self._peer,
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        if not self._is_busy:
            self._next()

    # --- answering

    def _next(self) -> None:
        if not self._waiting or self._transport is None:
            return
        request, keeps_alive = self._waiting.popleft()
        self._is_busy = True
        is_head = request.method == "HEAD"

        def answer(response: Response) -> None:
            self._answered(response, is_head=is_head, keeps_alive=keeps_alive)

        self._handler(request, answer)

    def _answered(
        self, response: Response, *, is_head: bool, keeps_alive: bool
    ) -> None:
        self._is_busy = False
        if response.is_dropped:
            self.abort()
            return
        self._write(response, is_head=is_head)
        if not keeps_alive:
            self.close()
        elif self._waiting:
            self._next()

    def _write(self, response: Response, *, is_head: bool = False) -> None:
        self._send(response.encode(is_head=is_head))

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Close after what was written has gone out."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection as a crashed server would."""
        if self._transport is not None:
            self._transport.abort()
