"""Where a request comes from, and whether that is on a list of networks."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from seven_dashboard import env

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def networks(name: str) -> tuple[Network, ...]:
    """Return the addresses and networks of a variable, a comma list."""
    found: list[Network] = []
    for word in env.words(name):
        try:
            found.append(ip_network(word, strict=False))
        except ValueError:
            raise env.Misconfigured(
                f"{name} must list IP addresses or networks, not {word!r}."
            ) from None
    return tuple(found)


def address(*, peer: str, forwarded_for: str, is_behind_proxy: bool) -> Address | None:
    """Return who sent a request; None when that cannot be told.

    Behind our own proxy, that is the last address of X-Forwarded-For: the one that the
    proxy has seen. Those before it are whatever a stranger wrote.
    """
    spelled = forwarded_for.rpartition(",")[2] if is_behind_proxy else peer
    return _read(spelled.strip())


def is_listed(address: Address | None, listed: Iterable[Network]) -> bool:
    """Say whether an address is in one of the networks."""
    return address is not None and any(address in network for network in listed)


def _read(spelled: str) -> Address | None:
    host = spelled
    if spelled.startswith("["):
        host = spelled[1:].partition("]")[0]
    elif spelled.count(":") == 1:
        # Some proxies add the port.
        host = spelled.partition(":")[0]
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
