"""The time zone of a phone number: by its region where its country has several.

Pure. The region comes from the data of phonenumbers (a prefix of the number to zones);
a number that tells no region, as a mobile number mostly does, has the zone in which
most people of its country live.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import available_timezones

from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.phonenumberutil import country_code_for_region
from phonenumbers.tzdata import TIMEZONE_DATA

# Where most people of a country with several zones live. For all others the zone of
# the country is the only one.
_MAIN: Final = {
    "AC": "Atlantic/St_Helena",
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Chuuk",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "TA": "Atlantic/St_Helena",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",
}
# One clock everywhere that matters: the second zone is tiny or not in use.
_ONE_CLOCK: Final = frozenset({"CN", "CY", "DE", "MH", "MY", "PS", "UA", "UZ"})


@lru_cache(maxsize=1)
def main_zones() -> Mapping[str, str]:
    """Return the main zone of each country that has phone numbers, by ISO code."""
    known = available_timezones()
    by_country = get_global("territory_zones")
    found = {}
    for country in SUPPORTED_REGIONS:
        zone = _MAIN.get(country) or next(iter(by_country.get(country, ())), "")
        if zone in known:
            found[country] = zone
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def with_several() -> frozenset[str]:
    """Return the countries whose numbers may live by different clocks."""
    by_country = get_global("territory_zones")
    several = {c for c in SUPPORTED_REGIONS if len(by_country.get(c, ())) > 1}
    return frozenset(several - _ONE_CLOCK)


@lru_cache(maxsize=1)
def regions() -> Mapping[str, str]:
    """Return zones by the first digits of a number, of countries with several.

    A region that lies in two zones has the first of them.
    """
    known = available_timezones()
    codes = {str(country_code_for_region(country)) for country in with_several()}
    longest = max(map(len, codes))
    return MappingProxyType(
        {
            prefix: zones[0]
            for prefix, zones in TIMEZONE_DATA.items()
            if prefix not in codes
            and any(prefix[:length] in codes for length in range(1, longest + 1))
            and zones[0] in known
        }
    )


@lru_cache(maxsize=1)
def region_lengths() -> tuple[int, ...]:
    """Return how many digits the prefixes of `regions` have, longest first."""
    return tuple(sorted({len(prefix) for prefix in regions()}, reverse=True))


def of_number(number: str, country: str, *, home: str) -> str:
    """Return the zone of a number in E.164; `home` where its country is not known."""
    if country in with_several():
        digits = number.removeprefix("+")
        for length in region_lengths():
            if zone := regions().get(digits[:length]):
                return zone
    return main_zones().get(country, home)
