"""What the rows of a file become, in SQL: one text for an import and for its check.

A slice lies in the temporary table ``import_slice`` (``s``), whose columns are named
by ``Shape.names``; contacts are ``c``. Names come from ``Shape.names`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from contacts.models import Import
from contacts.number_forms import twin_sql
from contacts.selectors.own_keys import known_by
from contacts.slices import Slice

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


JOIN = known_by("s.phone")
# A slice is looked up row by row. The planner would rather read a million contacts for
# each slice of a few thousand, which it takes for the cheaper way from some 300,000 on.
NEARBY = "SET LOCAL enable_hashjoin TO off; SET LOCAL enable_mergejoin TO off"

# The other form of a row's number (``number_forms``), or NULL.
OTHER = twin_sql("s.phone")
# Looked up row by row, in the order that only the index of numbers has: to a planner
# that does not know a workspace yet, any index that opens with it looks as good.
_HAS = """(SELECT k.id FROM contacts_contact AS k WHERE k.workspace_id = %(workspace)s
 AND k.phone >= {phone} AND k.phone <= {phone} AND NOT (k.phone = '')
 ORDER BY k.phone LIMIT 1)"""
# A row is about the contact that we have under the other form of its number.
_ADOPT = f"""
UPDATE import_slice AS s SET phone = {OTHER}
WHERE {OTHER} IS NOT NULL AND {_HAS.format(phone="s.phone")} IS NULL
  AND {_HAS.format(phone=OTHER)} IS NOT NULL
"""

# Tells the audit trail of the contacts in ``different``.
TELL = (
    "INSERT INTO accounts_auditentry"
    " (workspace_id, actor_id, action, subject, before, after, at)"
    " SELECT %(workspace)s, %(actor)s, 'contact.update', d.uuid::text,"
    " (d.before - 'custom') || COALESCE(d.before -> 'custom', '{}'),"
    " (d.after - 'custom') || COALESCE(d.after -> 'custom', '{}'), %(at)s"
    " FROM different AS d ORDER BY d.id"
)


def load(
    cursor: CursorWrapper,
    part: Slice,
    names: Sequence[str],
    *,
    workspace_id: UUID | None = None,
) -> None:
    """Put the good rows of a slice into a new ``import_slice``, for a transaction.

    With a workspace, numbers get the form that its contacts have them in.
    """
    columns = ", ".join(
        f"{name} {'jsonb' if name == 'custom' else 'text'}" for name in names
    )
    cursor.execute(f"CREATE TEMP TABLE import_slice ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY import_slice ({', '.join(names)}) FROM STDIN") as copy:
        copy.write(part.copied)
    if workspace_id is not None and part.has_twins:
        cursor.execute(_ADOPT, {"workspace": workspace_id})


def inserted(names: Sequence[str]) -> dict[str, str]:
    """Return the value of each column of a new contact besides number and country."""
    values = dict.fromkeys(TEXT_FIELDS, "''")
    values |= {name: f"s.{name}" for name in names if name in TEXT_FIELDS}
    values["birthday"] = _birthday("s.") if "birthday" in names else "NULL"
    values["custom"] = "s.custom" if "custom" in names else "'{}'::jsonb"
    return values


def merged(names: Sequence[str], policy: str) -> dict[str, str]:
    """Return what each field of the file becomes in a contact that exists already.

    An empty cell never takes a value away. Empty when nothing is to change.
    """
    if policy == Import.Policy.SKIP:
        return {}
    return {name: _merged(name, policy) for name in names[2:]}


def _merged(name: str, policy: str) -> str:
    theirs = _birthday("s.") if name == "birthday" else f"s.{name}"
    ours = f"c.{name}"
    if policy == Import.Policy.FILL:
        theirs, ours = ours, theirs
    if name == "custom":
        return f"{ours} || {theirs}"
    if name == "birthday":
        return f"COALESCE({theirs}, {ours})"
    return f"COALESCE(NULLIF({theirs}, ''), {ours})"


def _birthday(table: str) -> str:
    return f"NULLIF({table}birthday, '')::date"


def differs(names: Sequence[str], *, old: str, new: str) -> str:
    """Return the condition that any of the columns differs, by their prefixes."""
    before = ", ".join(f"{old}{name}" for name in names)
    after = ", ".join(f"{new}{name}" for name in names)
    return f"ROW({after}) IS DISTINCT FROM ROW({before})"


def difference(names: Sequence[str], *, old: str, new: str) -> str:
    """Return the JSON of the ``new`` values that differ from the ``old`` ones.

    Empty values are left out; own fields stand under ``custom``.
    """
    pairs = ", ".join(f"'{name}', {_other(name, old, new)}" for name in names)
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _other(name: str, old: str, new: str) -> str:
    theirs, ours = f"{new}{name}", f"{old}{name}"
    if name == "custom":
        value = (
            "(SELECT jsonb_object_agg(e.key, e.value)"
            f" FROM jsonb_each({theirs}) AS e"
            f" WHERE {ours} -> e.key IS DISTINCT FROM e.value)"
        )
    else:
        value = theirs if name == "birthday" else f"NULLIF({theirs}, '')"
    return f"CASE WHEN {theirs} IS DISTINCT FROM {ours} THEN {value} END"


def assignments(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())
