"""Ports and passwords of the embedded servers, chosen once and remembered."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import EmbeddedError
from .places import open_up_to, run_path, var_dir

HOST = "127.0.0.1"
# Below the range from which systems give ports to outgoing connections, so that a
# remembered port is seldom taken between two starts.
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000


@dataclass(frozen=True)
class Address:
    """Where a server listens, and the password it wants."""

    port: int
    password: str

    def __repr__(self) -> str:
        return f"Address(port={self.port})"


def address_of(service: str) -> Address:
    """Return the remembered address of a service, choosing one on first use."""
    with _locked():
        entries = _read()
        if service not in entries:
            entries[service] = Address(free_port(), secrets.token_hex(24))
            _write(entries)
        return entries[service]


def move(service: str) -> Address:
    """Give a service another port, because a stranger took the remembered one."""
    with _locked():
        entries = _read()
        entries[service] = Address(free_port(), entries[service].password)
        _write(entries)
        return entries[service]


def remembered_port(service: str, *, default: int) -> int:
    """Return the noted port of a service without choosing one."""
    if not _path().exists():
        return default
    entry = _read().get(service)
    return entry.port if entry else default


def remember_port(service: str, port: int) -> None:
    """Note where a service listens, for commands that are run beside it."""
    with _locked():
        _write({**_read(), service: Address(port, "")})


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on."""
    for _ in range(200):
        port = LOWEST_PORT + secrets.randbelow(HIGHEST_PORT - LOWEST_PORT)
        if is_free(port):
            return port
    raise EmbeddedError(
        f"No free port was found between {LOWEST_PORT} and {HIGHEST_PORT}."
    )


def is_free(port: int, *, host: str = HOST) -> bool:
    """Say whether a server could listen on this port right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _path() -> Path:
    return var_dir() / "embedded.json"


def _read() -> dict[str, Address]:
    try:
        stored = json.loads(_path().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise EmbeddedError(
            f"{_path()} is damaged. Delete it: new ports and passwords are chosen."
        ) from None
    return {name: Address(**entry) for name, entry in stored.items()}


def _write(entries: dict[str, Address]) -> None:
    stored = {name: asdict(entry) for name, entry in entries.items()}
    write_private(_path(), json.dumps(stored, indent=1) + "\n")


@contextmanager
def _locked() -> Iterator[None]:
    try:
        open_up_to(var_dir())
        path = run_path("book.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {var_dir()} cannot be written ({error.strerror}). "
            "Set SEVEN_VAR_DIR to a folder of yours."
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
