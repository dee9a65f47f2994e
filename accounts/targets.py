"""Addresses that people give us for others to post to: public ones only.

The gateway calls them and not we, so what is refused here are mistakes and mischief: a
name that leads into somebody's internal network, however it is spelled.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.addresses import LOCAL_ENDINGS

MAX_LENGTH: Final = 500
# A name server that does not answer must not hold up the page.
RESOLVE_S: Final = 2.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], list[str]]

NO_URL: Final = _("Enter a whole address, such as https://shop.example/hooks.")
WITH_PASSWORD: Final = _(
    "Leave user and password out of the address. Put them into a header."
)
INTERNAL: Final = _(
    "This address leads into an internal network, where the gateway cannot come."
)
_resolvers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


def flaw(url: str, *, resolve: Resolve | None = None) -> Promise | None:
    """Return what is wrong with an address, None if others may post to it."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return NO_URL
    if parts.username or parts.password:
        return WITH_PASSWORD
    host = parts.hostname.rstrip(".").lower()
    return INTERNAL if _is_internal(host, resolve or resolved) else None


def resolved(host: str) -> list[str]:
    """Return the addresses of a name; none if it is unknown, or nobody says in time.

    The resolver of the system reads odd spellings too (127.1, 0x7f000001, 2130706433).
    """
    asked = _resolvers.submit(socket.getaddrinfo, host, None, proto=socket.IPPROTO_TCP)
    try:
        return [str(found[4][0]) for found in asked.result(timeout=RESOLVE_S)]
    except (OSError, UnicodeError, TooSlow):
        return []


def _split(url: str) -> SplitResult | None:
    has_odd = any(ord(sign) < 33 or sign == "\\" for sign in url)
    if has_odd or len(url) > MAX_LENGTH:
        return None
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") else None


def _is_internal(host: str, resolve: Resolve) -> bool:
    literal = _read(host)
    if literal is not None:
        return not _is_public(literal)
    if "." not in host or f".{host}".endswith(LOCAL_ENDINGS):
        return True
    addresses = [_read(found) for found in resolve(host)]
    return any(one is not None and not _is_public(one) for one in addresses)


def _read(spelled: str) -> Address | None:
    try:
        return ipaddress.ip_address(spelled.partition("%")[0])
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    """Say whether an address is of the internet, also where one holds another."""
    inner = _inside(address)
    if inner is not None:
        return inner.is_global
    if isinstance(address, ipaddress.IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast


# All that has been given out; what stands outside may hold an IPv4 address somewhere.
_UNICAST: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def _inside(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
