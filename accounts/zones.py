"""Time zones that a person can choose, and what they are called."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import available_timezones

from babel.core import get_global
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import countries

_OLD_NAMES = ("Etc/", "SystemV/", "US/")
# The first part of a name; of other first parts no zone is offered.
_REGIONS: Final[dict[str, Promise]] = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


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
    """Return zones and their names in the reader's language: UTC, then by name."""
    known = [(zone, name_of(zone)) for zone in names()]
    by_name = sorted(known[1:], key=lambda choice: countries.sort_key(choice[1]))
    return [*known[:1], *by_name]


def name_of(zone: str) -> str:
    """Return a zone as "Europe/Vienna", in German "Europa/Wien"."""
    region, *between = zone.split("/")[:-1] or [""]
    if region not in _REGIONS:
        return zone.replace("_", " ")
    parts = (str(_REGIONS[region]), *between, city_of(zone))
    return "/".join(parts).replace("_", " ")


def city_of(zone: str) -> str:
    """Return the city that a zone is named after, in the reader's language."""
    city = _cities(get_language() or "en").get(zone)
    return city or zone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=8)
def _cities(language: str) -> dict[str, str]:
    """Return the cities whose name differs, also under newer names of their zones."""
    newer = get_global("zone_aliases")
    known = countries.locale_of(language).time_zones
    found = {zone: str(of["city"]) for zone, of in known.items() if "city" in of}
    return found | {newer[old]: city for old, city in found.items() if old in newer}
