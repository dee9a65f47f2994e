"""The numbers of an audience's lists as SQL, each number once.

A row of a list is ``l``, the contact of its number ``c``, all NULL where there is
none. Of a number in several lists the first list counts; who is left out as a contact
is left out here, too.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts.models import Workspace
from contacts.models import Contact
from messaging.models import ListedNumber
from messaging.selectors import audience_parts, concerns
from messaging.selectors.audience_parts import Parts
from messaging.selectors.sql import Sql, named
from messaging.states import REACHED

_FIRST = """NOT EXISTS (
    SELECT 1 FROM messaging_listednumber AS o
    WHERE o.source_id = ANY(%(lists)s::uuid[]) AND o.phone = l.phone
      AND array_position(%(lists)s::uuid[], o.source_id)
        < array_position(%(lists)s::uuid[], l.source_id))"""
_NOT_REACHED = """NOT EXISTS (
    SELECT 1 FROM messaging_message AS m
    WHERE m.workspace_id = %(workspace)s AND m.recipient = l.phone
      AND m.campaign_id = ANY(%(spared)s::uuid[]) AND m.state = ANY(%(reached)s))"""
_ALL = "SELECT phone FROM messaging_listednumber WHERE source_id = ANY(%s::uuid[])"
# Each list gives its next rows by its own index.
_NEXT = """
WITH chunk AS MATERIALIZED (
    SELECT next.* FROM unnest(%(lists)s::uuid[]) AS s (id)
    CROSS JOIN LATERAL (
        SELECT * FROM messaging_listednumber AS n
        WHERE n.source_id = s.id AND n.id > %(bookmark)s
        ORDER BY n.id LIMIT %(chunk)s) AS next
    ORDER BY next.id LIMIT %(chunk)s
)"""
# The second condition is that of the index of numbers.
JOIN = """LEFT JOIN contacts_contact AS c
    ON c.workspace_id = %(workspace)s AND c.phone = l.phone AND c.phone <> ''"""


def rows(workspace: Workspace, parts: Parts) -> Sql:
    """Return FROM and WHERE of everybody in the lists, as they are now."""
    kept = _kept(workspace, parts, among=RawSQL(_ALL, [parts.list_ids]))
    text = f"""FROM messaging_listednumber AS l {JOIN}
        WHERE l.source_id = ANY(%(lists)s::uuid[]) AND {kept.text}"""
    return Sql(text, kept.params)


def chunk(workspace: Workspace, parts: Parts, *, now: Any) -> Sql:
    """Return the tables `chunk`, the next rows, and `kept`, the ids of those meant.

    They need the parameters bookmark and chunk. Times count from ``now``.
    """
    among = RawSQL("SELECT phone FROM chunk", [])
    kept = _kept(workspace, parts, among=among, now=now)
    text = f"""{_NEXT}, kept AS (
        SELECT l.id FROM chunk AS l {JOIN} WHERE {kept.text})"""
    return Sql(text, kept.params)


def _kept(workspace: Workspace, parts: Parts, *, among: RawSQL, now: Any = None) -> Sql:
    """Return who is meant; contacts to leave out are looked for ``among`` numbers."""
    params: dict[str, Any] = {"lists": parts.list_ids, "workspace": workspace.pk}
    wanted = [_FIRST] if len(parts.lists) > 1 else []
    questions = audience_parts.left_out(workspace, parts, now=now)
    if questions:
        gone = named(_contacts(workspace, questions, among))
        wanted.append(f"(c.id IS NULL OR c.id NOT IN ({gone.text}))")
        params |= gone.params
    if parts.excluded_campaigns:
        wanted.append(_NOT_REACHED)
        params["spared"] = _ids(parts)
        params["reached"] = [str(state) for state in REACHED]
    if parts.spared:
        spared = [concerns.about(workspace, word, now=now) for word in parts.spared]
        gone = about(parts, reduce(or_, spared), among=among, prefix="spared")
        wanted.append(f"l.id NOT IN ({gone.text})")
        params |= gone.params
    return Sql(" AND ".join(wanted) or "true", params)


def about(parts: Parts, question: Q, *, among: RawSQL | None, prefix: str) -> Sql:
    """Return the ids of rows whose number a question is about."""
    found = ListedNumber.objects.filter(source__in=parts.list_ids)
    if among is not None:
        found = found.filter(Q(phone__in=among))
    return named(found.filter(question).values("pk"), prefix=prefix)


def _contacts(workspace: Workspace, questions: list[Q], among: RawSQL) -> Any:
    found = Contact.objects.filter(Q(phone__in=among), workspace=workspace)
    # That of the index of numbers, which is not used for a whole chunk without it.
    found = found.exclude(phone="")
    return found.filter(reduce(or_, questions)).values("pk")


def _ids(parts: Parts) -> list[UUID]:
    return [campaign.id for campaign in parts.excluded_campaigns]
