"""How many times a person is in an audience more than once: they get one message."""

from __future__ import annotations

from django.db import connection as database
from django.db.models import Sum

from contacts.models import GroupMembership
from messaging.models import Campaign, ListedNumber, NumberList
from messaging.selectors import concerned


def of(campaign: Campaign) -> int:
    """Return how many entries of groups and lists are of somebody met already.

    Those that a list has within itself are counted as it is read. A segment names
    nobody twice; who is in one and in a group besides is not counted.
    """
    audience = concerned.audience_of(campaign)
    lists = NumberList.objects.filter(campaign=campaign)
    found = lists.aggregate(within=Sum("duplicates"))["within"] or 0
    if len(audience.parts.groups) > 1:
        found += _twice_in_groups(campaign)
    if len(audience.parts.lists) > 1:
        rows = ListedNumber.objects.filter(source__in=audience.parts.list_ids)
        found += rows.count() - rows.values("phone").distinct().count()
    if audience.parts.lists and audience.parts.has_contacts:
        found += _both(campaign)
    return int(found)


def _twice_in_groups(campaign: Campaign) -> int:
    groups = campaign.groups.values("pk")
    rows = GroupMembership.objects.filter(group__in=groups)
    return rows.count() - rows.values("contact").distinct().count()


def _both(campaign: Campaign) -> int:
    """Count the numbers of lists that are contacts of the groups, too."""
    with database.cursor() as cursor:
        cursor.execute(_BOTH, {"campaign": campaign.pk, "of": campaign.workspace_id})
        return int(cursor.fetchone()[0])


_BOTH = """
SELECT count(DISTINCT c.id)
FROM messaging_numberlist AS s
JOIN messaging_listednumber AS l ON l.source_id = s.id
JOIN contacts_contact AS c
  ON c.workspace_id = %(of)s AND c.phone = l.phone AND c.phone <> ''
WHERE s.campaign_id = %(campaign)s AND EXISTS (
    SELECT 1 FROM contacts_groupmembership AS m
    JOIN messaging_campaign_groups AS g ON g.group_id = m.group_id
    WHERE m.contact_id = c.id AND g.campaign_id = %(campaign)s)
"""
