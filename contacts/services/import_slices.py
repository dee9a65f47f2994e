"""One slice of an import: cleaned in memory, written in one transaction.

The slice, its refusals, the counters and the bookmark are committed together, so a
worker that dies loses the slice it was at and nothing else, and counts nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from contacts.models import Import
from contacts.reading.tables import Row
from contacts.rows import Refusal, Shape, clean

# Half a second of work: short enough to cancel, long enough to be fast.
SLICE_ROWS = 5_000
TEXT_FIELDS = (
    "firstname",
    "lastname",
    "company",
    "email",
    "home_phone",
    "address",
    "postal_code",
    "city",
    "notes",
)
# What COPY reads as something else than the character itself.
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None}
)
_SPECIAL = ("\\", "\n", "\r", "\0")


class ClaimLost(Exception):
    """The import was cancelled, or another worker has taken it over."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows ready to be written."""

    rows: int
    # Lines for COPY, one for each good row.
    copied: bytes
    good: int
    duplicates: int
    # Row number, reason, cells.
    refusals: list[tuple[int, str, list[str]]]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the good rows of a slice."""

    created: int
    updated: int
    unchanged: int
    duplicates: int


def prepare(rows: Sequence[Row], shape: Shape) -> Slice:
    """Clean the rows of a slice; the first of several rows with a number counts."""
    lines: list[str] = []
    refusals: list[tuple[int, str, list[str]]] = []
    seen: set[str] = set()
    tabs = len(shape.names) - 1
    duplicates = 0
    for number, cells in rows:
        try:
            values = clean(cells, shape)
        except Refusal as refusal:
            refusals.append((number, refusal.reason, cells))
            continue
        if values[0] in seen:
            duplicates += 1
            continue
        seen.add(values[0])
        line = "\t".join(values)
        if line.count("\t") != tabs or any(mark in line for mark in _SPECIAL):
            line = "\t".join(value.translate(_ESCAPES) for value in values)
        lines.append(line)
    # Sorted, so that two imports lock the same contacts in the same order.
    lines.sort()
    lines.append("")
    return Slice(
        rows=len(rows),
        copied="\n".join(lines).encode(),
        good=len(seen),
        duplicates=duplicates,
        refusals=refusals,
    )


def write(
    part: Slice, shape: Shape, *, source: Import, claim: UUID, bookmark: int
) -> None:
    """Commit a slice that begins at ``bookmark``; raise ``ClaimLost``."""
    with transaction.atomic(), connection.cursor() as cursor:
        _hold(cursor, source, claim, bookmark)
        written = _upsert(cursor, part, shape, source)
        _keep_refusals(cursor, part, source)
        cursor.execute(
            "UPDATE contacts_import SET bookmark = bookmark + %s,"
            " created = created + %s, updated = updated + %s,"
            " unchanged = unchanged + %s, refused = refused + %s,"
            " duplicates = duplicates + %s, heartbeat_at = now() WHERE id = %s",
            [
                part.rows,
                written.created,
                written.updated,
                written.unchanged,
                len(part.refusals),
                part.duplicates + written.duplicates,
                source.id,
            ],
        )


def _hold(cursor: CursorWrapper, source: Import, claim: UUID, bookmark: int) -> None:
    """Lock the import's row, so that a cancel or a rival comes before or after."""
    cursor.execute(
        "SELECT 1 FROM contacts_import WHERE id = %s AND state = %s AND claim = %s"
        " AND bookmark = %s FOR UPDATE",
        [source.id, Import.State.RUNNING, claim, bookmark],
    )
    if cursor.fetchone() is None:
        raise ClaimLost


def _upsert(
    cursor: CursorWrapper, part: Slice, shape: Shape, source: Import
) -> Written:
    if not part.good:
        return Written(0, 0, 0, 0)
    names = shape.names
    cursor.execute(
        f"CREATE TEMP TABLE import_slice ({', '.join(f'{n} text' for n in names)})"
        " ON COMMIT DROP"
    )
    with cursor.copy(f"COPY import_slice ({', '.join(names)}) FROM STDIN") as copy:
        copy.write(part.copied)
    duplicates = _drop_settled(cursor, source)
    cursor.execute(upsert_sql(names, source.policy), [source.workspace_id])
    created, updated = cursor.fetchone()
    _join_groups(cursor, source)
    cursor.execute("DROP TABLE import_slice")
    unchanged = part.good - duplicates - created - updated
    return Written(created, updated, unchanged, duplicates)


def _drop_settled(cursor: CursorWrapper, source: Import) -> int:
    """Leave out numbers that an earlier slice has settled; return how many."""
    cursor.execute(
        "WITH fresh AS (INSERT INTO contacts_importednumber (source_id, phone)"
        " SELECT %s, phone FROM import_slice ON CONFLICT DO NOTHING RETURNING phone)"
        " DELETE FROM import_slice AS s"
        " WHERE NOT EXISTS (SELECT FROM fresh WHERE fresh.phone = s.phone)",
        [source.id],
    )
    return int(cursor.rowcount)


def upsert_sql(names: Sequence[str], policy: str) -> str:
    """Return the statement that writes the slice and counts created and updated.

    An empty cell never takes a value away. Names come from ``Shape.names`` alone.
    """
    inserted = dict.fromkeys(TEXT_FIELDS, "''")
    inserted |= {name: f"s.{name}" for name in names if name in TEXT_FIELDS}
    has_birthday, has_custom = "birthday" in names, "custom" in names
    inserted["birthday"] = "NULLIF(s.birthday, '')::date" if has_birthday else "NULL"
    inserted["custom"] = "s.custom::jsonb" if has_custom else "'{}'::jsonb"
    return (
        "WITH upserted AS (INSERT INTO contacts_contact AS c"
        f" (workspace_id, uuid, phone, country, {', '.join(inserted)})"
        " SELECT %s, gen_random_uuid(), s.phone, s.country,"
        f" {', '.join(inserted.values())} FROM import_slice AS s"
        " ON CONFLICT (workspace_id, phone) WHERE NOT (phone = '')"
        f" DO {_on_match(names, policy)} RETURNING (c.xmax = 0) AS is_new)"
        " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new)"
        " FROM upserted"
    )


def _on_match(names: Sequence[str], policy: str) -> str:
    merged = {name: _merged(name, policy) for name in names[2:]}
    if policy == Import.Policy.SKIP or not merged:
        return "NOTHING"
    changes = ", ".join(f"{name} = {value}" for name, value in merged.items())
    old = ", ".join(f"c.{name}" for name in merged)
    return (
        f"UPDATE SET {changes}, updated_at = now()"
        f" WHERE ROW({', '.join(merged.values())}) IS DISTINCT FROM ROW({old})"
    )


def _merged(name: str, policy: str) -> str:
    """Return what a field becomes when the contact exists already."""
    theirs, ours = f"excluded.{name}", f"c.{name}"
    if policy == Import.Policy.FILL:
        theirs, ours = ours, theirs
    if name == "custom":
        return f"{ours} || {theirs}"
    if name == "birthday":
        return f"COALESCE({theirs}, {ours})"
    return f"COALESCE(NULLIF({theirs}, ''), {ours})"


def _join_groups(cursor: CursorWrapper, source: Import) -> None:
    cursor.execute(
        "INSERT INTO contacts_groupmembership (group_id, contact_id)"
        " SELECT g.group_id, c.id FROM import_slice AS s"
        " JOIN contacts_contact AS c ON c.workspace_id = %s AND c.phone = s.phone"
        " AND NOT (c.phone = '')"
        " JOIN contacts_import_groups AS g ON g.import_id = %s"
        " ORDER BY g.group_id, c.id ON CONFLICT DO NOTHING",
        [source.workspace_id, source.id],
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
