"""Time zones that a person can choose."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

_OLD_NAMES = ("Etc/", "SystemV/", "US/")


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the zones named after a place, and UTC."""
    places = (
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(_OLD_NAMES)
    )
    return ("UTC", *sorted(places))


def choices() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in names()]
