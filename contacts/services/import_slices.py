"""One slice of an import, written in one transaction.

The slice, its refusals, the counters and the bookmark are committed together, so a
worker that dies loses the slice it was at and nothing else, and counts nothing twice.
So is the journal: ``ImportedNumber.at`` is the slice's time, which new contacts and
new places in groups have too, and what a contact was before is kept with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from contacts.models import Import
from contacts.rows import Shape
from contacts.services import import_sql
from contacts.slices import Slice

# Half a second of work: short enough to cancel, long enough to be fast.
SLICE_ROWS = 5_000

# A commit that is lost takes the bookmark with it, so nobody need wait for the disk.
_SETTINGS = f"SET LOCAL synchronous_commit TO off; {import_sql.NEARBY}"
_SETTLE = """
INSERT INTO contacts_importednumber (source_id, phone, at)
SELECT %(source)s, phone, %(at)s FROM import_slice ON CONFLICT DO NOTHING
"""
# Later slices shall find the other forms settled, too, also one that is being written.
# This is no time of a slice: what undoes the import finds nothing to do about them.
_SETTLE_TWINS = f"""
INSERT INTO contacts_importednumber (source_id, phone, at)
SELECT %(source)s, {import_sql.OTHER}, '-infinity' FROM import_slice AS s
WHERE {import_sql.OTHER} IS NOT NULL ON CONFLICT DO NOTHING
"""
_LEAVE_OUT = """
DELETE FROM import_slice AS s WHERE NOT EXISTS (
  SELECT FROM contacts_importednumber AS n
  WHERE n.source_id = %(source)s AND n.phone = s.phone AND n.at = %(at)s)
"""
_JOIN_GROUPS = f"""
INSERT INTO contacts_groupmembership (group_id, contact_id, added_at)
SELECT g.group_id, c.id, %(at)s FROM import_slice AS s {import_sql.JOIN}
JOIN contacts_import_groups AS g ON g.import_id = %(source)s
ORDER BY g.group_id, c.id ON CONFLICT DO NOTHING
"""


class ClaimLost(Exception):
    """The import was cancelled, or another worker has taken it over."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the good rows of a slice."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0


@dataclass(slots=True)
class Writing:
    """A slice on its way: the steps of its transaction, in their order.

    ``settle`` claims the numbers, ``enter`` writes the contacts and takes most of the
    time, ``close`` locks what slices share (the groups, the import) and counts.
    """

    part: Slice
    shape: Shape
    source: Import
    claim: UUID
    bookmark: int
    written: Written = field(default_factory=Written)
    _facts: dict[str, Any] = field(default_factory=dict)

    def settle(self, cursor: CursorWrapper) -> None:
        cursor.execute(_SETTINGS)
        self._facts = {
            "source": self.source.id,
            "workspace": self.source.workspace_id,
            "actor": self.source.created_by_id,
            "at": timezone.now(),
        }
        if self.part.good:
            import_sql.load(
                cursor,
                self.part,
                self.shape.names,
                workspace_id=self.source.workspace_id,
            )
            duplicates = _drop_settled(cursor, self.part, self._facts)
            self.written = Written(duplicates=duplicates)

    def enter(self, cursor: CursorWrapper) -> None:
        good = self.part.good - self.written.duplicates
        names, facts = self.shape.names, self._facts
        update = update_sql(names, self.source.policy) if good else ""
        known, updated = _counts(cursor, update, facts) if update else (0, 0)
        created = 0
        if known < good:
            (created,) = _counts(cursor, insert_sql(names), facts)
        if update and known + created < good:
            # Somebody has added some of these contacts since they were looked for.
            updated += _counts(cursor, update, facts)[1]
        unchanged = good - created - updated
        self.written = Written(created, updated, unchanged, self.written.duplicates)

    def close(self, cursor: CursorWrapper) -> None:
        """Raise ``ClaimLost`` when the import is no longer ours to go on with."""
        _hold(cursor, self)
        if self.part.good:
            cursor.execute(_JOIN_GROUPS, self._facts)
            cursor.execute("DROP TABLE import_slice")
        _keep_refusals(cursor, self.part, self.source)
        _count(cursor, self)


def write(writing: Writing) -> None:
    """Commit a slice; raise ``ClaimLost``."""
    with transaction.atomic(), connection.cursor() as cursor:
        writing.settle(cursor)
        writing.enter(cursor)
        writing.close(cursor)


def _hold(cursor: CursorWrapper, writing: Writing) -> None:
    """Lock the import's row, so that a cancel or a rival comes before or after."""
    cursor.execute(
        "SELECT 1 FROM contacts_import WHERE id = %s AND state = %s AND claim = %s"
        " AND bookmark = %s FOR UPDATE",
        [writing.source.id, Import.State.RUNNING, writing.claim, writing.bookmark],
    )
    if cursor.fetchone() is None:
        raise ClaimLost


def _count(cursor: CursorWrapper, writing: Writing) -> None:
    part, written = writing.part, writing.written
    cursor.execute(
        "UPDATE contacts_import SET bookmark = bookmark + %s,"
        " created = created + %s, updated = updated + %s,"
        " unchanged = unchanged + %s, refused = refused + %s,"
        " duplicates = duplicates + %s, breakdowns = 0, heartbeat_at = now()"
        " WHERE id = %s",
        [
            part.rows,
            written.created,
            written.updated,
            written.unchanged,
            len(part.refusals),
            part.duplicates + written.duplicates,
            writing.source.id,
        ],
    )


def _counts(
    cursor: CursorWrapper, statement: str, facts: dict[str, Any]
) -> tuple[int, ...]:
    cursor.execute(statement, facts)
    return tuple(int(count) for count in cursor.fetchone())


def _drop_settled(cursor: CursorWrapper, part: Slice, facts: dict[str, Any]) -> int:
    """Leave out numbers that an earlier slice has settled; return how many."""
    cursor.execute(_SETTLE, facts)
    left_out = 0
    if cursor.rowcount < part.good:
        cursor.execute(_LEAVE_OUT, facts)
        left_out = int(cursor.rowcount)
    if part.has_twins:
        cursor.execute(_SETTLE_TWINS, facts)
    return left_out


def insert_sql(names: Sequence[str]) -> str:
    """Return the statement that adds the new contacts and counts them."""
    values = import_sql.inserted(names)
    return (
        "WITH made AS (INSERT INTO contacts_contact"
        " (workspace_id, uuid, phone, country, created_at, updated_at,"
        f" {', '.join(values)})"
        " SELECT %(workspace)s, gen_random_uuid(), s.phone, s.country, %(at)s, %(at)s,"
        f" {', '.join(values.values())} FROM import_slice AS s"
        " ON CONFLICT (workspace_id, phone) WHERE NOT (phone = '') DO NOTHING"
        " RETURNING id) SELECT count(*) FROM made"
    )


def update_sql(names: Sequence[str], policy: str) -> str:
    """Return the statement that changes known contacts, or "" where none changes.

    It counts the known and the changed ones. Only these get a journal of what they
    were, and an entry in the audit trail.
    """
    merged = import_sql.merged(names, policy)
    if not merged:
        return ""
    old = ", ".join(f"c.{name} AS old_{name}" for name in merged)
    new = ", ".join(f"{value} AS new_{name}" for name, value in merged.items())
    fields = list(merged)
    before = import_sql.difference(fields, old="new_", new="old_")
    after = import_sql.difference(fields, old="old_", new="new_")
    changes = import_sql.assignments({name: f"d.new_{name}" for name in merged})
    return (
        "WITH found AS MATERIALIZED (SELECT c.id AS contact_id, s.*"
        f" FROM import_slice AS s {import_sql.JOIN}),"
        f" known AS MATERIALIZED (SELECT c.id, c.uuid, c.phone, {old}, {new}"
        " FROM found AS s JOIN contacts_contact AS c"
        " ON c.id = s.contact_id AND c.phone = s.phone"
        " ORDER BY c.id FOR NO KEY UPDATE OF c),"
        " different AS MATERIALIZED ("
        f"SELECT *, {before} AS before, {after} AS after FROM known"
        f" WHERE {import_sql.differs(fields, old='old_', new='new_')}),"
        f" changed AS (UPDATE contacts_contact AS c SET {changes}, updated_at = %(at)s"
        " FROM different AS d WHERE c.id = d.id),"
        " noting AS MATERIALIZED (SELECT d.before, d.after, n.place"
        " FROM different AS d CROSS JOIN LATERAL (SELECT j.ctid AS place"
        " FROM contacts_importednumber AS j"
        " WHERE j.source_id = %(source)s AND j.phone = d.phone OFFSET 0) AS n),"
        " noted AS (UPDATE contacts_importednumber AS n"
        " SET before = d.before, after = d.after FROM noting AS d"
        " WHERE n.ctid = d.place),"
        f" told AS ({import_sql.TELL})"
        " SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM different)"
    )


def _keep_refusals(cursor: CursorWrapper, part: Slice, source: Import) -> None:
    if not part.refusals:
        return
    with cursor.copy(
        "COPY contacts_importrefusal (source_id, row_number, reason, cells) FROM STDIN"
    ) as copy:
        for number, reason, cells in part.refusals:
            # JSON in PostgreSQL cannot hold a zero byte.
            kept = [cell.replace("\0", "") for cell in cells]
            copy.write_row((source.id, number, reason, json.dumps(kept)))
