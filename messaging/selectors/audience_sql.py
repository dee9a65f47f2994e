"""The contacts of an audience as SQL, for statements that write or measure them all.

Groups alone are read from their memberships. As soon as segments are meant, the
contacts of the workspace are gone through, a window of ids at a time. What is asked of
each comes from `audience_parts` as Django's SQL, its values as parameters.
"""

from __future__ import annotations

from typing import Any

from django.db.models.expressions import RawSQL

from contacts.models import Contact
from contacts.selectors.segment_shapes import for_pages
from messaging.models import Campaign
from messaging.selectors import audience_parts
from messaging.selectors.audience_parts import Parts
from messaging.selectors.audiences import Audience
from messaging.selectors.sql import Sql, named

_MEMBERS = """SELECT DISTINCT contact_id AS id FROM contacts_groupmembership
    WHERE group_id = ANY(%(groups)s)"""
# Each group gives its next contacts by its own index; the first CHUNK of all of them
# are the chunk. A contact in several groups is one contact.
_NEXT_MEMBERS = """
WITH chunk AS MATERIALIZED (
    SELECT DISTINCT next.contact_id AS id
    FROM unnest(%(groups)s::uuid[]) AS g (id)
    CROSS JOIN LATERAL (
        SELECT contact_id FROM contacts_groupmembership AS m
        WHERE m.group_id = g.id AND m.contact_id > %(bookmark)s AND m.id <= %(until)s
        ORDER BY contact_id LIMIT %(chunk)s) AS next
    ORDER BY 1 LIMIT %(chunk)s
)"""
_NEXT_CONTACTS = """
WITH chunk AS MATERIALIZED (
    SELECT id FROM contacts_contact
    WHERE workspace_id = %(workspace)s AND id > %(bookmark)s
    ORDER BY id LIMIT %(chunk)s
)"""
_ALL = ", kept AS (SELECT id FROM chunk)"
# Each contact of the chunk is looked up and asked by itself. Of a join the planner may
# think that one contact passes, and go through the chunk for each of all that do.
_KEPT = """, kept (id) AS (
    SELECT asked.id FROM chunk CROSS JOIN LATERAL ({asked}) AS asked (id)
)"""


def members(campaign: Campaign, parts: Parts) -> Sql:
    """Return a SELECT of the ids of an audience as it is now; raises Refused.

    Contacts whose number stands in a list are not among them (`listed_sql`).
    """
    if parts.is_plain:
        return Sql(_MEMBERS, {"groups": parts.group_ids})
    audience = Audience(campaign.workspace, parts, campaign.channel)
    return named(audience.members().values("pk"))


def chunk(campaign: Campaign, parts: Parts) -> Sql:
    """Return the tables `chunk`, the next contacts, and `kept`, those that are meant.

    They need the parameters workspace, bookmark and chunk. Raises Refused.
    """
    params = {"groups": parts.group_ids, "until": campaign.audience_until}
    text = _NEXT_CONTACTS if parts.segments else _NEXT_MEMBERS
    if not (parts.segments or parts.has_exclusions):
        return Sql(text + _ALL, params)
    asked = named(_asked(campaign, parts).values("pk")[:1])
    kept = _KEPT.format(asked=asked.text)
    return Sql(text + kept, {**params, **asked.params})


def _asked(campaign: Campaign, parts: Parts) -> Any:
    """Return the contact of a row of the chunk, if it is meant."""
    now = campaign.launched_at
    rows = Contact.objects.filter(
        pk=RawSQL("chunk.id", []), workspace=campaign.workspace_id
    )
    questions = []
    if parts.segments:
        until = campaign.audience_until
        questions.append(
            audience_parts.included(campaign.workspace, parts, now=now, until=until)
        )
    for question in audience_parts.left_out(campaign.workspace, parts, now=now):
        questions.append(~question)
    for question in questions:
        rows = rows.filter(for_pages(question))
    return rows
