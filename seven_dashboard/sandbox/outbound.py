"""The small HTTP client that carries webhooks: pooled connections, no redirects."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httptools

_IDLE_PER_HOST = 64
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """No answer came: the connection failed or broke."""


class Forbidden(Exception):
    """The target is no address that this sandbox may call."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.port == _DEFAULT_PORTS[self.scheme]:
            return host
        return f"{host}:{self.port}"


def read_target(url: str) -> Target | None:
    """Return where an http(s) URL leads, or None when it is no such URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    return Target(
        parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme], path
    )


class _Connection(asyncio.Protocol):
    """One connection that carries one request at a time."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._result: asyncio.Future[int] | None = None
        self.is_reusable = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_reusable = False
        self._fail("connection lost")

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail("no HTTP answer")
            self.close()

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        self.is_reusable = self._parser.should_keep_alive()
        if status >= 200 and self._result is not None and not self._result.done():
            self._result.set_result(status)
        self._parser = httptools.HttpResponseParser(self)

    def send(self, data: bytes) -> asyncio.Future[int]:
        self._result = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._fail("connection lost")
        else:
            self._transport.write(data)
        return self._result

    def close(self) -> None:
        self.is_reusable = False
        if self._transport is not None:
            self._transport.close()

    def _fail(self, reason: str) -> None:
        if self._result is not None and not self._result.done():
            self._result.set_exception(Unreachable(reason))


class Outbound:
    """Sends requests and returns the status of the answer."""

    def __init__(self, *, is_public_allowed: bool) -> None:
        self._is_public_allowed = is_public_allowed
        self._idle: dict[tuple[str, str, int], list[_Connection]] = {}
        self._ssl = ssl.create_default_context()

    async def fetch(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str],
        body: bytes,
        timeout_s: float,
    ) -> int:
        """Send one request; raises Unreachable, Forbidden or TimeoutError."""
        target = read_target(url)
        if target is None:
            raise Forbidden("no http or https URL")
        data = _encode(method, target, headers, body)
        async with asyncio.timeout(timeout_s):
            return await self._exchange(target, data)

    async def _exchange(self, target: Target, data: bytes) -> int:
        place = (target.scheme, target.host, target.port)
        idle = self._idle.setdefault(place, [])
        connection = idle.pop() if idle else None
        if connection is not None and connection.is_reusable:
            try:
                return await self._over(connection, data, idle)
            except Unreachable:
                # The receiver had closed its idle side; a new connection decides.
                _close_all(idle)
        connection = await self._connect(target)
        return await self._over(connection, data, idle)

    async def _over(
        self, connection: _Connection, data: bytes, idle: list[_Connection]
    ) -> int:
        try:
            status = await connection.send(data)
        except BaseException:
            connection.close()
            raise
        if connection.is_reusable and len(idle) < _IDLE_PER_HOST:
            idle.append(connection)
        else:
            connection.close()
        return status

    async def _connect(self, target: Target) -> _Connection:
        loop = asyncio.get_running_loop()
        is_secure = target.scheme == "https"
        try:
            address = await self._allowed_address(target)
            _, connection = await loop.create_connection(
                _Connection,
                address,
                target.port,
                ssl=self._ssl if is_secure else None,
                server_hostname=target.host if is_secure else None,
            )
        except OSError as error:
            raise Unreachable(error.strerror or type(error).__name__) from error
        return connection

    async def _allowed_address(self, target: Target) -> str:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(target.host, target.port, proto=6)
        addresses = [str(entry[4][0]) for entry in found]
        if self._is_public_allowed:
            return addresses[0]
        for address in addresses:
            if not ipaddress.ip_address(address.partition("%")[0]).is_global:
                return address
        raise Forbidden("public address; start with --allow-public-webhooks")

    def close(self) -> None:
        """Close every idle connection."""
        for connections in self._idle.values():
            _close_all(connections)
        self._idle.clear()


def _close_all(connections: list[_Connection]) -> None:
    for connection in connections:
        connection.close()
    connections.clear()


def _encode(method: str, target: Target, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {target.path} HTTP/1.1", f"Host: {target.authority}"]
    lines.extend(f"{name}: {value}" for name, value in headers.items())
    if body or method not in {"GET", "HEAD"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
