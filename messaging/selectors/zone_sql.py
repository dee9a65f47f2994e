"""The zone of a number as SQL, for statements over many rows; see `messaging.zones`."""

from __future__ import annotations

from typing import Any

from messaging import zones


def tables() -> str:
    """Return the common tables that `joins` needs, without WITH."""
    return """main_zone AS (
        SELECT * FROM unnest(%(zone_countries)s::text[], %(zone_mains)s::text[],
            %(zone_several)s::bool[]) AS z (of_country, zone, has_several)
    ), region AS (
        SELECT * FROM unnest(%(zone_prefixes)s::text[], %(zone_regions)s::text[])
            AS r (prefix, zone)
    )"""


def joins(*, number: str, country: str) -> str:
    """Return the joins that find the zone of a number, given two SQL columns."""
    parts = [f"LEFT JOIN main_zone AS mz ON mz.of_country = {country}"]
    parts += [
        f"LEFT JOIN region AS r{length} ON mz.has_several"
        f" AND r{length}.prefix = substr({number}, 2, {length})"
        for length in zones.region_lengths()
    ]
    return " ".join(parts)


def zone() -> str:
    """Return the expression for the zone that `joins` have found."""
    found = ", ".join(f"r{length}.zone" for length in zones.region_lengths())
    return f"coalesce({found}, mz.zone, %(home)s)"


def params(home: str) -> dict[str, Any]:
    """Return the parameters of it all; `home` is for a number without a zone."""
    mains, several, regions = zones.main_zones(), zones.with_several(), zones.regions()
    return {
        "zone_countries": list(mains),
        "zone_mains": list(mains.values()),
        "zone_several": [country in several for country in mains],
        "zone_prefixes": list(regions),
        "zone_regions": list(regions.values()),
        "home": home,
    }
