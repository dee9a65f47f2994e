"""The rows of a page, written by set: contacts, memberships, links, audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from django.db import connection
from django.db.backends.utils import CursorWrapper

from accounts.services import audit
from contacts import phone
from contacts.models import SyncLink
from contacts.services import contacts as one_by_one
from contacts.services.sync.books import Book
from contacts.services.sync.owns import COLUMNS, Own, plain
from contacts.services.sync.plans import Plan
from contacts.sync_fields import CUSTOM, PHONE

ACTION = "contact.sync"
# Columns of the temporary table; all texts.
_STAGED = ("uuid", *COLUMNS, "country", "custom")
_INSERT = """
INSERT INTO contacts_contact (workspace_id, {columns})
SELECT %s, {values} FROM sync_contacts AS s
ON CONFLICT DO NOTHING RETURNING id, uuid
"""
_UPDATE = """
UPDATE contacts_contact AS c SET {changes}, updated_at = now()
FROM sync_contacts AS s
WHERE c.uuid = s.uuid::uuid AND (c.workspace_id = %s) IS TRUE
"""
_JOIN = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT * FROM unnest(%s::uuid[], %s::bigint[]) AS m (group_id, contact_id)
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
_LEAVE = """
DELETE FROM contacts_groupmembership AS m
USING unnest(%s::uuid[], %s::bigint[]) AS l (group_id, contact_id)
WHERE m.group_id = l.group_id AND m.contact_id = l.contact_id
"""
_LINK_COLUMNS = (
    "contact_id",
    "contact_was",
    "remote_id",
    "state",
    "base_ours",
    "base_theirs",
    "groups",
    "conflict",
    "validation",
    "todo",
    "attempted_at",
    "error",
    "refused",
    "failures",
    "retry_at",
    "is_edited",
    "twin_id",
)
_LINK = """
INSERT INTO contacts_synclink AS l (workspace_id, {columns})
SELECT %s, {values} FROM sync_links
ON CONFLICT DO NOTHING
"""


def create(book: Book, plans: Sequence[Plan]) -> list[Plan]:
    """Create the contacts of plans and give them their own; return those that are.

    A number that another contact got in this moment stays away until the next run.
    """
    if not plans:
        return []
    rows = [(uuid4(), dict(plan.merged.pull)) for plan in plans if plan.merged]
    with connection.cursor() as cursor:
        _stage(cursor, [_staged(key, values, {}) for key, values in rows])
        casts = {"uuid": "s.uuid::uuid", "birthday": "NULLIF(s.birthday, '')::date"}
        casts["custom"] = "s.custom::jsonb"
        cursor.execute(
            _INSERT.format(
                columns=", ".join(_STAGED),
                values=", ".join(casts.get(name, f"s.{name}") for name in _STAGED),
            ),
            [book.workspace.pk],
        )
        ids: dict[UUID, int] = {key: number for number, key in cursor.fetchall()}
        cursor.execute("DROP TABLE sync_contacts")
    created = []
    for plan, (key, values) in zip(plans, rows, strict=True):
        if key in ids:
            plan.own = Own(ids[key], key, values)
            plan.link.contact_id = plan.link.contact_was = ids[key]
            created.append(plan)
    return created


def update(book: Book, changes: Mapping[UUID, tuple[Own, Mapping[str, str]]]) -> None:
    """Give locked contacts new values; ``changes`` holds a contact and what is new."""
    if not changes:
        return
    rows = [
        _staged(key, {**own.values, **new}, own.custom)
        for key, (own, new) in changes.items()
    ]
    casts = {"birthday": "NULLIF(s.birthday, '')::date", "custom": "s.custom::jsonb"}
    names = [name for name in _STAGED if name != "uuid"]
    with connection.cursor() as cursor:
        _stage(cursor, rows)
        sets = ", ".join(f"{name} = {casts.get(name, f's.{name}')}" for name in names)
        cursor.execute(_UPDATE.format(changes=sets), [book.workspace.pk])
        cursor.execute("DROP TABLE sync_contacts")


def move(
    book: Book,
    *,
    joins: Iterable[tuple[int, int]],
    leaves: Iterable[tuple[int, int]],
) -> None:
    """Let contacts join and leave groups; pairs of pair id and contact id."""
    group_of = {p.pk: p.group_id for p in book.by_remote.values()}
    with connection.cursor() as cursor:
        for sql, moves in ((_JOIN, joins), (_LEAVE, leaves)):
            known = [(group_of[pair], number) for pair, number in moves]
            if known:
                cursor.execute(sql, [[g for g, _n in known], [n for _g, n in known]])


def keep_links(links: Sequence[SyncLink]) -> None:
    """Store links: new ones by set, known ones by their id."""
    new = [link for link in links if link.pk is None]
    if new:
        _insert_links(new)
    known = [link for link in links if link.pk is not None]
    if known:
        SyncLink.objects.bulk_update(known, [*_LINK_COLUMNS], batch_size=500)


def record(book: Book, facts: Iterable[tuple[Own, Mapping[str, str]]]) -> None:
    """Note in the audit trail what contacts were and are; ``Own`` as it was before."""
    audit.record_many(
        workspace=book.workspace,
        actor=None,
        action=ACTION,
        facts=(
            audit.Fact(
                str(own.uuid),
                *one_by_one.difference(
                    plain(own.values.items()), plain({**own.values, **new}.items())
                ),
            )
            for own, new in facts
        ),
    )


def _stage(cursor: CursorWrapper, rows: Sequence[tuple[str, ...]]) -> None:
    columns = ", ".join(f"{name} text" for name in _STAGED)
    cursor.execute(f"CREATE TEMP TABLE sync_contacts ({columns}) ON COMMIT DROP")
    with cursor.copy(f"COPY sync_contacts ({', '.join(_STAGED)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _staged(
    key: UUID, values: Mapping[str, str], former: Mapping[str, str]
) -> tuple[str, ...]:
    own = {**former}
    for name, text in values.items():
        if name.startswith(CUSTOM):
            own[name.removeprefix(CUSTOM)] = text
    own = {slug: text for slug, text in own.items() if text}
    number = values.get(PHONE, "")
    found = phone.parse(number, country="") if number else None
    return (
        str(key),
        *(values.get(name, "") for name in COLUMNS),
        found.country if found else "",
        json.dumps(own),
    )


def _insert_links(links: Sequence[SyncLink]) -> None:
    casts = {
        "base_ours": "base_ours::jsonb",
        "base_theirs": "base_theirs::jsonb",
        "conflict": "conflict::jsonb",
        "groups": "groups::bigint[]",
        "attempted_at": "attempted_at::timestamptz",
        "failures": "failures::smallint",
        "retry_at": "retry_at::timestamptz",
        "is_edited": "is_edited::boolean",
    }
    for name in ("contact_id", "contact_was", "remote_id", "twin_id"):
        casts[name] = f"{name}::bigint"
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in _LINK_COLUMNS)
        cursor.execute(f"CREATE TEMP TABLE sync_links ({columns}) ON COMMIT DROP")
        names = ", ".join(_LINK_COLUMNS)
        with cursor.copy(f"COPY sync_links ({names}) FROM STDIN") as copy:
            for link in links:
                copy.write_row([_linked(link, name) for name in _LINK_COLUMNS])
        cursor.execute(
            _LINK.format(
                columns=names,
                values=", ".join(casts.get(name, name) for name in _LINK_COLUMNS),
            ),
            [links[0].workspace_id],
        )
        cursor.execute("DROP TABLE sync_links")


def _linked(link: SyncLink, name: str) -> object:
    value = getattr(link, name)
    if name in ("base_ours", "base_theirs") and value is None:
        return None
    if name in ("base_ours", "base_theirs", "conflict"):
        return json.dumps(value)
    if name == "groups":
        return "{" + ",".join(str(number) for number in value) + "}"
    return value
