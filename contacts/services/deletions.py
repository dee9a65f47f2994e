"""Delete contacts by the thousand, keep them for a day, and put them back.

With a contact goes what points at it by CASCADE (its places in groups, its former
numbers), and comes back with it. What belongs to its number (messages, opt-outs, facts)
stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import (
    CASCADE,
    SET_NULL,
    ForeignKey,
    GeneratedField,
    ManyToOneRel,
    Model,
)
from django.db.models.signals import post_delete, pre_delete

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import BulkChange, BulkJob, Contact
from contacts.services.contacts import values_sql

# IS TRUE: by their ids and not by the workspace, see `selectors/own_keys.py`.
LOCK = """
SELECT id FROM contacts_contact
WHERE (workspace_id = %s) IS TRUE AND id = ANY(%s) ORDER BY id FOR UPDATE
"""
KEEP = """
INSERT INTO contacts_bulkchange (job_id, target_id, before)
SELECT %s, c.id, jsonb_build_object(
  'contact', to_jsonb(c) - 'search_text' - 'name_key'{parts})
FROM contacts_contact AS c WHERE c.id = ANY(%s)
"""
FACTS = """
SELECT c.uuid::text, {values} FROM contacts_contact AS c WHERE c.id = ANY(%(ids)s)
ORDER BY c.id
"""
DROP = "DELETE FROM {table} WHERE {column} = ANY(%s)"
FORGET = "UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s)"
KEEP_PART = """, '{name}',
  (SELECT jsonb_agg(to_jsonb(m)) FROM {table} AS m WHERE m.{column} = c.id)"""
# Columns that the kept rows have: a column that came later gets its default.
RESTORE = """
INSERT INTO contacts_contact ({columns})
SELECT {kept} FROM contacts_bulkchange AS b,
  jsonb_populate_record(NULL::contacts_contact, b.before -> 'contact') AS r
WHERE b.job_id = %s AND b.target_id = ANY(%s) AND r.workspace_id = %s
ORDER BY b.target_id ON CONFLICT DO NOTHING RETURNING id
"""
# Rows that point at something which is gone meanwhile stay away.
RESTORE_PART = """
INSERT INTO {table} SELECT m.* FROM contacts_bulkchange AS b, jsonb_populate_recordset(
  NULL::{table},
  CASE jsonb_typeof(b.before -> '{name}') WHEN 'array' THEN b.before -> '{name}' END
) AS m
WHERE b.job_id = %s AND b.target_id = ANY(%s) {conditions}
ORDER BY b.target_id ON CONFLICT DO NOTHING
"""
STILL_THERE = """
AND (m.{column} IS NULL OR EXISTS (SELECT FROM {other} AS o WHERE o.{key} = m.{column}))
"""


def lock(workspace: Workspace, ids: Sequence[int]) -> list[int]:
    """Lock contacts of the workspace in the order of their ids; return these.

    What goes with them is read afterwards: somebody may join a group until then.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [workspace.pk, list(ids)])
        return [number for (number,) in cursor.fetchall()]


def keep(job: BulkJob, ids: Sequence[int]) -> None:
    """Keep contacts, and what goes with them, as changes of a job."""
    parts = "".join(
        KEEP_PART.format(name=_name(part), table=_table(part), column=part.column)
        for part in _parts()
    )
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(parts=parts), [job.pk, list(ids)])


def record_deleted(job: BulkJob, ids: Sequence[int], actor: User | None) -> None:
    """Write into the audit trail what contacts are before they are deleted."""
    told = audit.parameters(
        workspace=job.workspace, actor=actor, action="contact.delete"
    )
    _record(f"{values_sql()}, '{{}}'::jsonb", ids, told)


def record_restored(job: BulkJob, ids: Sequence[int], actor: User | None) -> None:
    """Write into the audit trail what deleted contacts are again."""
    told = audit.parameters(
        workspace=job.workspace, actor=actor, action="contact.restore"
    )
    _record(f"'{{}}'::jsonb, {values_sql()}", ids, told)


def _record(values: str, ids: Sequence[int], told: dict[str, Any]) -> None:
    facts = FACTS.format(values=values)
    with connection.cursor() as cursor:
        cursor.execute(audit.statement(facts), {**told, "ids": list(ids)})


def delete(ids: Sequence[int]) -> None:
    """Delete locked contacts; what points at them goes or forgets them.

    What that is, Django's models say, those of higher apps too. Its collector does the
    same for a kind of reference that is not known here; where all are, one statement
    for each is twice as fast: the collector hands over every id for every table, and
    spends 100 microseconds of Python for each contact.
    """
    references = _references()
    if _is_heard(Contact) or not all(map(_is_plain, references)):
        Contact.objects.filter(id__in=ids).delete()
        return
    with connection.cursor() as cursor:
        for reference in references:
            statement = FORGET if reference.on_delete is SET_NULL else DROP
            table, column = _table(reference.field), reference.field.column
            sql = statement.format(table=table, column=column)
            cursor.execute(sql, [list(ids)])
        sql = DROP.format(table=Contact._meta.db_table, column="id")
        cursor.execute(sql, [list(ids)])


def restore(job: BulkJob, ids: Sequence[int]) -> list[int]:
    """Put kept contacts back with what went with them; return their ids.

    A contact whose number another one has meanwhile stays away.
    """
    columns = _kept_columns(job, ids)
    into, kept = ", ".join(columns), ", ".join(f"r.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            RESTORE.format(columns=into, kept=kept),
            [job.pk, list(ids), job.workspace_id],
        )
        restored = [int(row[0]) for row in cursor.fetchall()]
        for part in _parts():
            cursor.execute(_restore_sql(part), [job.pk, restored])
    return restored


def _references() -> list[ManyToOneRel]:
    """Return every reference to a contact, in all apps."""
    return [
        relation
        for relation in Contact._meta.related_objects
        if isinstance(relation, ManyToOneRel)
    ]


def _is_plain(reference: ManyToOneRel) -> bool:
    """Tell whether a statement does what the collector would do."""
    if reference.on_delete is SET_NULL:
        return True
    model = reference.field.model
    has_more = bool(model._meta.related_objects)
    return reference.on_delete is CASCADE and not has_more and not _is_heard(model)


def _is_heard(model: type[Model]) -> bool:
    return pre_delete.has_listeners(model) or post_delete.has_listeners(model)


def _parts() -> list[ForeignKey[Any, Any]]:
    """Return the references that go with a contact: places in groups and the like."""
    return [
        reference.field for reference in _references() if reference.on_delete is CASCADE
    ]


def _restore_sql(part: ForeignKey[Any, Any]) -> str:
    others = [
        field
        for field in part.model._meta.concrete_fields
        if isinstance(field, ForeignKey)
    ]
    conditions = "".join(
        STILL_THERE.format(
            column=field.column,
            other=field.related_model._meta.db_table,
            key=field.target_field.column,
        )
        for field in others
    )
    return RESTORE_PART.format(
        name=_name(part), table=_table(part), conditions=conditions
    )


def _table(part: ForeignKey[Any, Any]) -> str:
    return str(part.model._meta.db_table)


def _name(part: ForeignKey[Any, Any]) -> str:
    return f"{_table(part)}.{part.column}"


def _kept_columns(job: BulkJob, ids: Sequence[int]) -> list[str]:
    """Return the columns of the table that the kept contacts have too."""
    first = BulkChange.objects.filter(job=job, target_id__in=ids[:1]).get()
    names = [
        field.attname
        for field in Contact._meta.concrete_fields
        if not isinstance(field, GeneratedField)
    ]
    row = (first.before or {})["contact"]
    return [name for name in names if name in row]
