"""One message for a person whose number is written in two forms, as SQL.

Whoever of a campaign comes first gets it, as with a number that is there twice. Where
no number has a second form (nearly everywhere) nothing is asked at all.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from contacts.models import Contact
from contacts.number_forms import RANGE, twin_sql
from messaging.models import Campaign, ListedNumber
from messaging.selectors.audience_parts import Parts

# A table that the planner knows as empty grows while the statement reads it.
BY_INDEX = """SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off"""
# Each is looked up by its number alone. A campaign or workspace that has just grown is
# one row to the planner, and any index that opens with it looks as good: the order that
# only the index of numbers has, and OFFSET, leave no other. IS TRUE keeps the ids of
# the chunk a table of hashes, where a join would go through them once for each pair.
# Naming ``kept`` has the rows joined first, as if nothing was asked.
_NOT_WRITTEN = """
    AND (SELECT m.id FROM messaging_message AS m
         WHERE m.campaign_id = %(campaign)s AND m.recipient <> '' AND kept.id > 0
           AND m.recipient >= {other} AND m.recipient <= {other}
         ORDER BY m.recipient LIMIT 1) IS NULL"""
_FIRST_CONTACT = """
    AND (SELECT k.id FROM (
           SELECT o.id FROM contacts_contact AS o
           WHERE o.workspace_id = %(workspace)s AND o.phone <> ''
             AND o.phone >= {other} AND o.phone <= {other}
           ORDER BY o.phone OFFSET 0) AS k
         WHERE k.id < kept.id AND (k.id IN (SELECT id FROM kept)) IS TRUE
         LIMIT 1) IS NULL"""
_FIRST_LISTED = """
    AND (SELECT k.id FROM unnest(%(lists)s::uuid[]) AS s (id) CROSS JOIN LATERAL (
           SELECT o.id FROM messaging_listednumber AS o
           WHERE o.source_id = s.id AND o.phone >= {other} AND o.phone <= {other}
           ORDER BY o.phone OFFSET 0) AS k
         WHERE k.id < kept.id AND (k.id IN (SELECT id FROM kept)) IS TRUE
         LIMIT 1) IS NULL"""


def of_contacts(campaign: Campaign) -> str:
    """Return a condition on contacts ``c`` of the table ``kept``, or "".

    It needs the parameters campaign and workspace.
    """
    mine = Contact.objects.filter(workspace=campaign.workspace_id).exclude(phone="")
    if not _has_some(mine):
        return ""
    return (_NOT_WRITTEN + _FIRST_CONTACT).format(other=twin_sql("c.phone"))


def of_listed(parts: Parts) -> str:
    """Return a condition on numbers of lists ``l`` of the table ``kept``, or "".

    It needs the parameters campaign and lists.
    """
    if not any(
        _has_some(ListedNumber.objects.filter(source=one)) for one in parts.list_ids
    ):
        return ""
    return (_NOT_WRITTEN + _FIRST_LISTED).format(other=twin_sql("l.phone"))


def _has_some(rows: QuerySet[Any]) -> bool:
    first, last = RANGE
    # In the order of the index, so that it is the one that is asked.
    found = rows.filter(phone__gte=first, phone__lt=last).order_by("phone")
    return bool(found.values("phone")[:1])
