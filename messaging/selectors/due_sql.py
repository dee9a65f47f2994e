"""When each message is due, as SQL for the statement that writes them.

A spread places the rows by the golden ratio: the n-th lies at the fraction of n times
it. However many rows there come to be, they lie evenly, and so do those of each zone;
nothing has to be counted beforehand, and a chunk that is repeated gets the same places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from messaging.models import Campaign
from messaging.selectors import timetables, zone_sql

GOLDEN = 0.618033988749895


@dataclass(frozen=True, slots=True)
class DueSql:
    """Common tables (beginning with a comma), joins, and what a row gets by them."""

    tables: str = ""
    joins: str = ""
    due: str = "%(now)s::timestamptz"
    skip: str = "skip"
    params: dict[str, Any] = field(default_factory=dict)

    def numbered(self, audience: str) -> str:
        """Return an ordered SELECT with the place of each row, where that counts."""
        if not self.joins:
            return audience
        return f"SELECT a.*, row_number() OVER () AS n FROM ({audience}) AS a"


_SKIP = "CASE WHEN skip = '' AND stretch.is_over THEN 'out_of_hours' ELSE skip END"
_TURN = f"((%(done)s + n) * {GOLDEN})"
_PLACE = f"({_TURN} - floor({_TURN})) * %(spread_s)s"


def of(campaign: Campaign) -> DueSql:
    """Return the SQL for a campaign whose chunk is selected as `audience`."""
    table = timetables.of(campaign)
    if table.is_plain or campaign.launched_at is None:
        return DueSql()
    rows = [
        (zone, part)
        for zone in timetables.all_zones(table.home)
        for part in table.stretches(zone, campaign.launched_at)
    ]
    tables = f""", {zone_sql.tables()}, stretch AS (
        SELECT * FROM unnest(%(due_zones)s::text[], %(due_since)s::float8[],
            %(due_until)s::float8[], %(due_opens)s::timestamptz[], %(due_over)s::bool[])
            AS s (zone, since, until, opens, is_over)
    )"""
    joins = f"""{zone_sql.joins(number="phone", country="audience.country")}
        JOIN stretch ON stretch.zone = {zone_sql.zone()}
            AND {_PLACE} >= stretch.since AND {_PLACE} < stretch.until
        ORDER BY n"""
    return DueSql(
        tables=tables,
        joins=joins,
        due=f"stretch.opens + make_interval(secs => {_PLACE} - stretch.since)",
        skip=_SKIP,
        params={
            **zone_sql.params(table.home),
            "done": campaign.total,
            "spread_s": table.spread_s,
            "due_zones": [zone for zone, _ in rows],
            "due_since": [part.since for _, part in rows],
            "due_until": [part.until for _, part in rows],
            "due_opens": [part.opens for _, part in rows],
            "due_over": [not part.is_allowed for _, part in rows],
        },
    )
