"""Questions to ports: is it free, does something listen, does our server answer."""

from __future__ import annotations

import errno
import http.client
import socket

from .plans import HOST


class CannotStart(Exception):
    """Something must be put right by a person first; the text says what."""


def check_port(port: int) -> None:
    """Raise CannotStart unless the web server can listen on this port."""
    advice = f"Choose another one: make run PORT={port + 1 if port < 65535 else 8000}"
    if not 0 < port < 65536:
        raise CannotStart(f"PORT must be between 1 and 65535, not {port}.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise CannotStart(
                    f"Port {port} is reserved for the administrator. {advice}"
                ) from None
            raise CannotStart(
                f"Port {port} is in use by another program. {advice}"
            ) from None


def accepts(port: int) -> bool:
    """Say whether something on this machine accepts connections on the port."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def is_healthy(port: int) -> bool:
    """Say whether our web server answers on the port."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
