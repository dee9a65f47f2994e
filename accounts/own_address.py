"""One post to our own public address, as a stranger to it would make it.

By the standard library: no session, no proxy, no redirect. A redirect is an answer, and
one that loses events, because the gateway takes it for success (gateway.md 4).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """The status of an answer, or why there was none: a word of the code."""

    status: int | None
    reason: str = ""


def post(
    url: str, *, headers: Mapping[str, str], body: bytes, timeout_s: float
) -> Reply:
    """Post once and return the status; never raises for what the network does."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        connection.request("POST", parts.path, body=body, headers=dict(headers))
        return Reply(connection.getresponse().status)
    except ssl.SSLError:
        return Reply(None, "certificate")
    except socket.gaierror:
        return Reply(None, "name")
    except TimeoutError:
        return Reply(None, "timeout")
    except ConnectionRefusedError:
        return Reply(None, "refused")
    except (OSError, HTTPException, ValueError):
        return Reply(None, "lost")
    finally:
        connection.close()
