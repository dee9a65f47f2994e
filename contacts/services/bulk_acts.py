"""What a job does to one batch of contacts, and what it keeps to take it back.

Each act is called inside the step's transaction with some thousand ids, writes set by
set, keeps one ``BulkChange`` for each thing that it really changed, and returns how
many those were.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from accounts.models import User
from accounts.services import audit
from contacts.columns import CUSTOM
from contacts.models import BulkJob, OptOut
from contacts.services import bulk_traces, deletions, groups, opt_outs
from contacts.services import contacts as one_by_one
from contacts.services.opt_out_rows import Entry

ADD = """
WITH added AS (
  INSERT INTO contacts_groupmembership (group_id, contact_id)
  SELECT %s, id FROM (
    SELECT id FROM contacts_contact
    WHERE (workspace_id = %s) IS TRUE AND id = ANY(%s)
    ORDER BY id FOR KEY SHARE) AS held
  ON CONFLICT DO NOTHING RETURNING id, contact_id),
kept AS (
  INSERT INTO contacts_bulkchange (job_id, target_id) SELECT %s, id FROM added)
SELECT contact_id FROM added
"""
REMOVE = """
WITH removed AS (
  DELETE FROM contacts_groupmembership
  WHERE group_id = %s AND contact_id = ANY(%s) RETURNING id, contact_id, added_at),
kept AS (
  INSERT INTO contacts_bulkchange (job_id, target_id, before)
  SELECT %s, id, jsonb_build_object('contact_id', contact_id, 'added_at', added_at)
  FROM removed)
SELECT contact_id FROM removed
"""
# Locked in the order of their ids, as everybody does who changes several contacts.
# IS TRUE: by their ids and not by the workspace, see `selectors/own_keys.py`.
SET = """
WITH old AS (
  SELECT c.id, c.uuid, {value} AS value FROM contacts_contact AS c
  WHERE (workspace_id = %(workspace)s) IS TRUE AND id = ANY(%(ids)s)
    AND {value} IS DISTINCT FROM {new} ORDER BY c.id FOR NO KEY UPDATE),
changed AS (
  UPDATE contacts_contact AS c SET {change}, updated_at = now()
  FROM old WHERE c.id = old.id),
kept AS (
  INSERT INTO contacts_bulkchange (job_id, target_id, before)
  SELECT %(job)s, id, to_jsonb(value) FROM old),
told AS ({told})
SELECT count(*) FROM old
"""
PHONES = """
SELECT phone FROM contacts_contact
WHERE (workspace_id = %s) IS TRUE AND id = ANY(%s) AND phone <> ''
"""
KEEP = """
INSERT INTO contacts_bulkchange (job_id, target_id) SELECT %s, unnest(%s::bigint[])
"""


def add(job: BulkJob, ids: Sequence[int]) -> int:
    """Put contacts into the job's group."""
    _need_group(job)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [job.group_id, job.workspace_id, list(ids), job.pk])
        return bulk_traces.note(job, (number for (number,) in cursor.fetchall()))


def remove(job: BulkJob, ids: Sequence[int]) -> int:
    """Take contacts out of the job's group."""
    _need_group(job)
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [job.group_id, list(ids), job.pk])
        return bulk_traces.note(job, (number for (number,) in cursor.fetchall()))


def set_field(job: BulkJob, ids: Sequence[int]) -> int:
    """Give a field of contacts the job's value; an empty one clears it."""
    told = audit.statement(
        f"SELECT uuid::text, {fact_sql('value::text')}, %(told)s::jsonb"
        " FROM old ORDER BY id"
    )
    return execute_set(SET, told, job, ids, job.created_by)


def execute_set(
    sql: str, told: str, job: BulkJob, ids: Sequence[int], actor: User | None
) -> int:
    """Do a statement about the job's field and some contacts; return how many it met.

    ``told`` is the part of it that writes the audit trail.
    """
    name = slug_of(job.field) or job.field
    values: dict[str, Any] = {
        "workspace": job.workspace_id,
        "ids": list(ids),
        "job": job.pk,
        "slug": slug_of(job.field),
        "value": job.value,
        "name": name,
        "told": json.dumps({name: job.value} if job.value else {}),
    }
    values |= audit.parameters(
        workspace=job.workspace, actor=actor, action="contact.update"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**field_sql(job.field), told=told), values)
        return int(cursor.fetchone()[0])


def fact_sql(text: str) -> str:
    """Return how the trail tells the field ``name``, which is nothing when empty."""
    return (
        f"CASE WHEN {text} <> '' THEN jsonb_build_object(%(name)s::text, {text})"
        " ELSE '{}'::jsonb END"
    )


def opt_out(job: BulkJob, ids: Sequence[int]) -> int:
    """Opt the numbers of contacts out of the job's channel."""
    with connection.cursor() as cursor:
        cursor.execute(PHONES, [job.workspace_id, list(ids)])
        phones = [phone for (phone,) in cursor.fetchall()]
    added = opt_outs.add_many(
        workspace=job.workspace,
        entries=[Entry(phone, job.reason) for phone in phones],
        channel=job.channel,
        source=OptOut.Source.MANUAL,
        actor=job.created_by,
    )
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [job.pk, [entry.id for entry in added]])
    return len(added)


def delete(job: BulkJob, ids: Sequence[int]) -> int:
    """Delete contacts and keep all that is needed to put them back."""
    found = deletions.lock(job.workspace, ids)
    deletions.keep(job, found)
    deletions.record_deleted(job, found, job.created_by)
    deletions.delete(found)
    return len(found)


ACTS: dict[str, Callable[[BulkJob, Sequence[int]], int]] = {
    BulkJob.Act.ADD: add,
    BulkJob.Act.REMOVE: remove,
    BulkJob.Act.SET: set_field,
    BulkJob.Act.OPT_OUT: opt_out,
    BulkJob.Act.DELETE: delete,
}


def slug_of(field: str) -> str:
    """Return the slug of an own field, "" for a built-in one."""
    return field.removeprefix(CUSTOM) if field.startswith(CUSTOM) else ""


def field_sql(field: str) -> dict[str, str]:
    """Return the pieces of a statement about a field of ``contacts_contact AS c``.

    ``value`` reads the field, ``new`` is the parameter that it shall be, ``change``
    sets it to that, ``back`` to the text in ``old.former``. Own fields need the
    parameter ``slug``.
    """
    if slug_of(field):
        return {
            "value": "c.custom ->> %(slug)s::text",
            "new": "NULLIF(%(value)s, '')",
            "change": _custom_sql("%(value)s::text"),
            "back": _custom_sql("old.former"),
        }
    if field not in one_by_one.FIELDS:
        raise ValueError(f"not a field of a contact: {field}")
    new, former = "%(value)s", "old.former"
    if field == "birthday":
        new, former = f"NULLIF({new}, '')::date", f"NULLIF({former}, '')::date"
    return {
        "value": f"c.{field}",
        "new": new,
        "change": f"{field} = {new}",
        "back": f"{field} = {former}",
    }


def _custom_sql(text: str) -> str:
    return (
        f"custom = CASE WHEN {text} = '' THEN c.custom - %(slug)s::text"
        f" ELSE c.custom || jsonb_build_object(%(slug)s::text, {text}) END"
    )


def _need_group(job: BulkJob) -> None:
    if job.group_id is None:
        raise groups.GroupGone
