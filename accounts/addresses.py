"""What the configured addresses say: ours, and the gateway's."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import Connection

REAL_DOMAINS: Final = ("seven.io", "sms77.io")
LOCAL_ENDINGS: Final = (".local", ".localhost", ".internal", ".lan", ".test")


def is_real_gateway() -> bool:
    """Say whether SEVEN_BASE_URL is the gateway that sends and charges."""
    host = (urlsplit(settings.SEVEN_BASE_URL).hostname or "").lower().rstrip(".")
    return any(host == d or host.endswith(f".{d}") for d in REAL_DOMAINS)


def gateway_host() -> str:
    return urlsplit(settings.SEVEN_BASE_URL).netloc.rpartition("@")[2]


def is_publicly_reachable() -> bool:
    """Say whether PUBLIC_URL can be an address on the internet, by its spelling."""
    host = (urlsplit(settings.PUBLIC_URL).hostname or "").lower()
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(LOCAL_ENDINGS)


def webhook_path(connection: Connection) -> str:
    return f"/webhooks/{connection.webhook_token}/"


def webhook_url(connection: Connection) -> str:
    """Return the address that the gateway posts events of this connection to."""
    return f"{settings.PUBLIC_URL}{webhook_path(connection)}"


def is_our_webhook(url: str, connection: Connection) -> bool:
    """Say whether `url` carries our secret path, whatever host it names."""
    return urlsplit(url).path == webhook_path(connection)
