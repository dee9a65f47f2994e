"""How many recipients of a draft live by which clock."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection as database

from messaging.models import Campaign
from messaging.selectors import (
    audience_parts,
    audience_sql,
    listed_sql,
    value_sql,
    zone_sql,
)
from messaging.selectors.sql import Sql

_SQL = """
WITH {tables}
SELECT {zone}, count(*) FROM ({numbers}) AS a {joins}
GROUP BY 1
"""
_CONTACTS = (
    """SELECT c.phone, c.country
    FROM ({members}) AS m (id) JOIN contacts_contact AS c USING (id)
    WHERE c.workspace_id = %(workspace)s AND c.phone <> '' AND NOT """
    + value_sql.OPTED_OUT
)
_LISTED = "SELECT l.phone, l.country {rows} AND NOT " + value_sql.LISTED_OPTED_OUT


def of(campaign: Campaign) -> dict[str, int]:
    """Return the recipients of a draft by zone, most first; raises Refused.

    One statement over the whole audience, as the forecast needs as well.
    """
    parts = audience_parts.of_draft(campaign)
    found: Counter[str] = Counter()
    if parts.has_contacts:
        members = audience_sql.members(campaign, parts)
        numbers = _CONTACTS.format(members=members.text)
        found += _counted(campaign, Sql(numbers, members.params))
    if parts.lists:
        rows = listed_sql.rows(campaign.workspace, parts)
        numbers = _LISTED.format(rows=rows.text)
        found += _counted(campaign, Sql(numbers, rows.params))
    return dict(found.most_common())


def _counted(campaign: Campaign, numbers: Sql) -> Counter[str]:
    sql = _SQL.format(
        tables=zone_sql.tables(),
        zone=zone_sql.zone(),
        numbers=numbers.text,
        joins=zone_sql.joins(number="a.phone", country="a.country"),
    )
    values: dict[str, Any] = {
        **numbers.params,
        **zone_sql.params(campaign.workspace.time_zone),
        "workspace": campaign.workspace_id,
        "channel": campaign.channel,
    }
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return Counter({zone: int(count) for zone, count in cursor.fetchall()})
