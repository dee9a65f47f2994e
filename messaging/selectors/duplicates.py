"""How many times a person is in an audience more than once: they get one message."""

from __future__ import annotations

from django.db import connection as database
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from contacts.models import Contact, GroupMembership
from messaging.models import Campaign, ListedNumber, NumberList
from messaging.selectors import audience_parts, concerned
from messaging.selectors.audiences import Audience


def of(campaign: Campaign) -> int:
    """Return how many entries of groups and lists are of somebody met already.

    Those that a list has within itself are counted as it is read. Raises Refused for a
    segment that is broken.
    """
    audience = concerned.audience_of(campaign)
    lists = NumberList.objects.filter(campaign=campaign)
    found = lists.aggregate(within=Sum("duplicates"))["within"] or 0
    if audience.parts.segments:
        found += _twice_in_parts(audience)
    elif len(audience.parts.groups) > 1:
        found += _twice_in_groups(campaign)
    if len(audience.parts.lists) > 1:
        rows = ListedNumber.objects.filter(source__in=audience.parts.list_ids)
        found += rows.count() - rows.values("phone").distinct().count()
    if audience.parts.lists and audience.parts.has_contacts:
        found += _listed(audience) if audience.parts.segments else _both(campaign)
    return int(found)


def _twice_in_groups(campaign: Campaign) -> int:
    groups = campaign.groups.values("pk")
    rows = GroupMembership.objects.filter(group__in=groups)
    return rows.count() - rows.values("contact").distinct().count()


def _twice_in_parts(audience: Audience) -> int:
    """Count how often contacts are in a further one of the groups and segments."""
    questions = audience_parts.each_of(audience.workspace, audience.parts)
    if len(questions) < 2:
        return 0
    counts = {f"part_{n}": Count("pk", filter=q) for n, q in enumerate(questions)}
    found = _people(audience).aggregate(people=Count("pk"), **counts)
    people = found.pop("people")
    return int(sum(found.values()) - people)


def _listed(audience: Audience) -> int:
    """Count the contacts of groups and segments whose number is in a list, too."""
    numbers = ListedNumber.objects.filter(
        source__in=audience.parts.list_ids, phone=OuterRef("phone")
    )
    return _people(audience).exclude(phone="").filter(Exists(numbers)).count()


def _people(audience: Audience) -> QuerySet[Contact]:
    rows = Contact.objects.filter(workspace=audience.workspace).order_by()
    return rows.filter(audience_parts.included(audience.workspace, audience.parts))


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
