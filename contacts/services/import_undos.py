"""Take back an import within a day, as far as it is still so.

Contacts that it added go, unless somebody has edited them since, put them into
another group or exchanged messages with them. Contacts that it changed get their
former values back, unless somebody has changed these since. Its places in groups go;
the groups and own fields that it made, and all opt-outs, stay.

The journal (``ImportedNumber``) is what is left to do: each step takes some of it in
the transaction that undoes them, so a killed worker's successor goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from contacts.models import Contact, FormerNumber, Import, ImportUndo
from contacts.selectors.own_keys import known_by
from contacts.services import deletions, import_sql, works
from seven_dashboard.errors import Refused

# How long after its end an import can be undone; its journal is kept as long.
WITHIN = timedelta(days=1)
# A fraction of a second: short enough for pages to be quick meanwhile.
STEP_NUMBERS = 2_000
UNDOABLE = (Import.State.FINISHED, Import.State.CANCELLED, Import.State.FAILED)
COUNTS = ("deleted", "kept", "restored", "edited", "left_groups")

_JOURNAL = f"""
(SELECT * FROM contacts_importednumber
 WHERE source_id = %(source)s AND phone = ANY(%(phones)s)) AS n
{known_by("n.phone")}
"""
_NEXT = """
SELECT phone, isfinite(at) FROM contacts_importednumber WHERE source_id = %(source)s
ORDER BY phone LIMIT %(most)s
"""
_LOCK = f"""
SELECT id FROM contacts_contact WHERE id IN (SELECT c.id FROM {_JOURNAL})
ORDER BY id FOR UPDATE
"""
# A place in a group that somebody has given again since has another time.
_LEAVE_GROUPS = f"""
DELETE FROM contacts_groupmembership AS m USING {_JOURNAL}
WHERE m.contact_id = c.id AND m.added_at = n.at AND m.group_id IN (
  SELECT group_id FROM contacts_import_groups WHERE import_id = %(source)s)
"""
_ADDED = f"""
SELECT c.id, c.updated_at = n.at AND NOT EXISTS (
  SELECT FROM contacts_groupmembership AS m WHERE m.contact_id = c.id)
FROM {_JOURNAL} WHERE c.created_at = n.at
"""
_FORGET = """
DELETE FROM contacts_importednumber
WHERE source_id = %(source)s AND phone = ANY(%(phones)s)
"""


def can_undo(source: Import) -> bool:
    """Tell whether the import has written something that can be taken back."""
    return (
        source.state in UNDOABLE
        and source.created + source.updated + source.unchanged > 0
        and source.finished_at is not None
        and source.finished_at > timezone.now() - WITHIN
    )


def start(*, source: Import, actor: User | None) -> ImportUndo:
    """Make the undo ready for a worker and return it; the caller rings for one.

    Raises ``Refused`` when it is too late or there is nothing to undo.
    """
    with transaction.atomic():
        fresh = Import.objects.select_for_update().get(id=source.id)
        if not can_undo(fresh):
            raise Refused(
                _("An import can be undone within a day of its end, and only once."),
                code="too_late",
            )
        Import.objects.filter(id=source.id).update(state=Import.State.UNDOING)
        undo = ImportUndo.objects.create(
            workspace=fresh.workspace,
            created_by=actor,
            source=fresh,
            total=fresh.created + fresh.updated + fresh.unchanged,
        )
        audit.record(
            workspace=fresh.workspace,
            actor=actor,
            action="import.undo",
            subject=fresh.filename,
        )
    source.refresh_from_db()
    return undo


def run(work_id: UUID) -> bool:
    """Do an undo from where it is to its end; False when it is not ours to do."""
    undo = works.claim(ImportUndo, work_id)
    if undo is None:
        return False
    try:
        while _step(undo):
            pass
        _finish(undo)
    except works.ClaimLost:
        return False
    return True


def _step(undo: ImportUndo) -> bool:
    """Undo what the import did with some numbers; False when none are left."""
    with transaction.atomic(), connection.cursor() as cursor:
        works.hold(undo)
        facts: dict[str, Any] = {
            "source": undo.source_id,
            "workspace": undo.workspace_id,
            "actor": undo.created_by_id,
            "at": timezone.now(),
            "most": STEP_NUMBERS,
        }
        cursor.execute(import_sql.NEARBY)
        cursor.execute(_NEXT, facts)
        found = cursor.fetchall()
        facts["phones"] = [phone for phone, _is_row in found]
        if not facts["phones"]:
            return False
        counts = _take_back(cursor, facts)
        cursor.execute(_FORGET, facts)
        ImportUndo.objects.filter(id=undo.id).update(
            **{name: F(name) + count for name, count in counts.items()}
        )
        # Other forms that a slice has settled are no rows.
        works.advance(undo, done=sum(is_row for _phone, is_row in found))
    return True


def _take_back(cursor: CursorWrapper, facts: Mapping[str, Any]) -> dict[str, int]:
    cursor.execute(_LOCK, facts)
    cursor.execute(_LEAVE_GROUPS, facts)
    left_groups = cursor.rowcount
    cursor.execute(_ADDED, facts)
    added = dict(cursor.fetchall())
    unused = [contact for contact, is_as_added in added.items() if is_as_added]
    unused = _without_used(cursor, unused)
    deletions.delete(unused)
    cursor.execute(restore_sql(), facts)
    changed, edited = cursor.fetchone()
    return {
        "left_groups": left_groups,
        "deleted": len(unused),
        "kept": len(added) - len(unused),
        "restored": changed,
        "edited": edited,
    }


def _without_used(cursor: CursorWrapper, ids: list[int]) -> list[int]:
    """Leave out contacts that something of higher apps, or a merge, points at."""
    for relation in _uses():
        table, column = relation.related_model._meta.db_table, relation.field.column
        cursor.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY(%s)", [ids]
        )
        used = {row[0] for row in cursor.fetchall()}
        ids = [contact for contact in ids if contact not in used]
    return ids


def _uses() -> list[ForeignObjectRel]:
    fields = Contact._meta.get_fields(include_hidden=True)
    return [
        field
        for field in fields
        if isinstance(field, ForeignObjectRel)
        and not field.many_to_many
        and (
            field.related_model is FormerNumber
            or field.related_model._meta.app_label != Contact._meta.app_label
        )
    ]


def restore_sql() -> str:
    """Return the statement that gives changed contacts their former values back.

    Only where the value is still the import's. It counts the contacts that it changed
    and those that keep a later value, and tells the audit trail.
    """
    fields = [*import_sql.TEXT_FIELDS, "birthday", "custom"]
    old = ", ".join(f"c.{name} AS old_{name}" for name in fields)
    new = ", ".join(f"{_former(name)} AS new_{name}" for name in fields)
    kept = " OR ".join(_is_edited(name) for name in fields)
    before = import_sql.difference(fields, old="new_", new="old_")
    after = import_sql.difference(fields, old="old_", new="new_")
    changes = import_sql.assignments({name: f"d.new_{name}" for name in fields})
    return (
        f"WITH known AS MATERIALIZED (SELECT c.id, c.uuid, {old}, {new},"
        f" ({kept}) AS is_edited FROM {_JOURNAL} WHERE n.after IS NOT NULL),"
        " different AS MATERIALIZED ("
        f"SELECT *, {before} AS before, {after} AS after FROM known"
        f" WHERE {import_sql.differs(fields, old='old_', new='new_')}),"
        f" changed AS (UPDATE contacts_contact AS c SET {changes}, updated_at = %(at)s"
        " FROM different AS d WHERE c.id = d.id),"
        f" told AS ({import_sql.TELL})"
        " SELECT (SELECT count(*) FROM different),"
        " (SELECT count(*) FROM known WHERE is_edited)"
    )


def _former(name: str) -> str:
    """Return what a field of a contact is when the import is undone."""
    if name == "custom":
        mine = (
            "SELECT e.key FROM jsonb_each(n.after -> 'custom') AS e"
            " WHERE c.custom -> e.key = e.value"
        )
        back = (
            "SELECT jsonb_object_agg(b.key, b.value)"
            " FROM jsonb_each(n.before -> 'custom') AS b"
            " WHERE c.custom -> b.key = n.after -> 'custom' -> b.key"
        )
        return f"(c.custom - ARRAY({mine})) || COALESCE(({back}), '{{}}')"
    former, written = _journalled("before", name), _journalled("after", name)
    return f"CASE WHEN c.{name} = {written} THEN {former} ELSE c.{name} END"


def _is_edited(name: str) -> str:
    """Return whether a field that the import changed has been changed since."""
    if name == "custom":
        return (
            "EXISTS (SELECT FROM jsonb_each(n.after -> 'custom') AS e"
            " WHERE c.custom -> e.key IS DISTINCT FROM e.value)"
        )
    written = _journalled("after", name)
    return f"({written} IS NOT NULL AND c.{name} IS DISTINCT FROM {written})"


def _journalled(column: str, name: str) -> str:
    if name == "birthday":
        return f"(n.{column} ->> '{name}')::date"
    value = f"n.{column} ->> '{name}'"
    return f"COALESCE({value}, '')" if column == "before" else f"({value})"


def _finish(undo: ImportUndo) -> None:
    with transaction.atomic():
        if not works.finish(undo):
            raise works.ClaimLost
        Import.objects.filter(id=undo.source_id).update(state=Import.State.UNDONE)
        undo.refresh_from_db()
        audit.record(
            workspace=undo.workspace,
            actor=undo.created_by,
            action="import.undone",
            subject=undo.source.filename,
            after={name: getattr(undo, name) for name in COUNTS},
        )
