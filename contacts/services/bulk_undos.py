"""Take back what a job has changed, as far as it is still so.

Each function undoes one batch of the job's changes inside the step's transaction and
returns how many of them are as they were before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from accounts.models import User
from accounts.services import audit
from contacts import consent_words
from contacts.models import BulkJob, OptOut
from contacts.services import bulk_acts, bulk_traces, deletions, opt_outs

TAKE_OUT = """
DELETE FROM contacts_groupmembership WHERE group_id = %s AND id = ANY(%s)
RETURNING contact_id
"""
PUT_BACK = """
INSERT INTO contacts_groupmembership (id, group_id, contact_id, added_at)
SELECT b.target_id, %s, c.id, (b.before ->> 'added_at')::timestamptz
FROM contacts_bulkchange AS b
JOIN contacts_contact AS c ON c.id = (b.before ->> 'contact_id')::bigint
WHERE b.job_id = %s AND b.target_id = ANY(%s) AND (c.workspace_id = %s) IS TRUE
ORDER BY c.id FOR KEY SHARE OF c ON CONFLICT DO NOTHING RETURNING contact_id
"""
SET_BACK = """
WITH old AS (
  SELECT c.id, c.uuid, coalesce(b.before #>> '{{}}', '') AS former
  FROM contacts_bulkchange AS b JOIN contacts_contact AS c ON c.id = b.target_id
  WHERE b.job_id = %(job)s AND b.target_id = ANY(%(ids)s)
    AND (c.workspace_id = %(workspace)s) IS TRUE AND {value} IS NOT DISTINCT FROM {new}
  ORDER BY c.id FOR NO KEY UPDATE OF c),
changed AS (
  UPDATE contacts_contact AS c SET {back}, updated_at = now()
  FROM old WHERE c.id = old.id),
told AS ({told})
SELECT count(*) FROM old
"""


def take_out(job: BulkJob, ids: Sequence[int], actor: User | None) -> int:
    """Take out of the group whom the job has added; others' members stay."""
    return _moved_back(job, TAKE_OUT, [job.group_id, list(ids)])


def put_back(job: BulkJob, ids: Sequence[int], actor: User | None) -> int:
    """Put back into the group whom the job has removed."""
    if job.group_id is None:
        return 0
    params = [job.group_id, job.pk, list(ids), job.workspace_id]
    return _moved_back(job, PUT_BACK, params)


def _moved_back(job: BulkJob, sql: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        moved = [number for (number,) in cursor.fetchall()]
    return bulk_traces.note(job, moved, is_undo=True)


def set_back(job: BulkJob, ids: Sequence[int], actor: User | None) -> int:
    """Give back their former value to contacts that still have the job's."""
    told = audit.statement(
        "SELECT uuid::text, %(told)s::jsonb,"
        f" {bulk_acts.fact_sql('former')} FROM old ORDER BY id"
    )
    return bulk_acts.execute_set(SET_BACK, told, job, ids, actor)


def withdraw(job: BulkJob, ids: Sequence[int], actor: User | None) -> int:
    """Take the job's opt-outs off the list; a person's own word stays."""
    return opt_outs.withdraw(
        workspace=job.workspace,
        ids=ids,
        source=OptOut.Source.MANUAL,
        reason=consent_words.BULK_UNDONE,
        actor=actor,
    )


def restore(job: BulkJob, ids: Sequence[int], actor: User | None) -> int:
    """Put deleted contacts back, but for those whose number is taken."""
    restored = deletions.restore(job, ids)
    deletions.record_restored(job, restored, actor)
    return len(restored)


UNDOS: dict[str, Callable[[BulkJob, Sequence[int], User | None], int]] = {
    BulkJob.Act.ADD: take_out,
    BulkJob.Act.REMOVE: put_back,
    BulkJob.Act.SET: set_back,
    BulkJob.Act.OPT_OUT: withdraw,
    BulkJob.Act.DELETE: restore,
}
