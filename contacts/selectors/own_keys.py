"""Contacts looked up one by one: by number, address id or row id.

The planner takes a workspace that has just grown for a single row, and every index
opens with the workspace: it would read all of it for each batch of a few hundred.
``(workspace_id = ...) IS TRUE`` is a condition that no index answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet, Value

from accounts.models import Workspace
from contacts.models import Contact
from contacts.selectors import segment_sql as sql


def known_by(phone: str) -> str:
    """Return the join to the contact ``c`` that has the number, to be looked up.

    The OFFSET keeps the planner from turning the join round, and from going through
    each slice once for every contact.
    """
    return (
        "CROSS JOIN LATERAL (SELECT * FROM contacts_contact AS k"
        f" WHERE k.workspace_id = %(workspace)s AND k.phone = {phone}"
        " AND NOT (k.phone = '') OFFSET 0) AS c"
    )


_BY_PHONE = (
    "SELECT c.phone, c.id FROM unnest(%(phones)s::text[]) AS given (phone)"
    f" {known_by('given.phone')}"
)


def by_phone(workspace: Workspace, phones: Collection[str]) -> dict[str, int]:
    """Return the ids of the contacts that have some numbers (E.164), by number."""
    values: dict[str, Any] = {"workspace": workspace.pk, "phones": list(set(phones))}
    with connection.cursor() as cursor:
        cursor.execute(_BY_PHONE, values)
        return dict(cursor.fetchall())


def by_uuid(workspace: Workspace, uuids: Iterable[UUID]) -> QuerySet[Contact]:
    """Return the contacts of the workspace with some address ids, without an order."""
    mine = sql.Equals(F("workspace_id"), Value(workspace.pk))
    return Contact.objects.filter(sql.asks(_Surely(mine)), uuid__in=list(uuids))


class _Surely(sql.Asks):
    template = "(%(expressions)s IS TRUE)"
