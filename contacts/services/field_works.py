"""Goes through every contact for an own field: to another kind, or out of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from contacts import field_kinds
from contacts.models import Contact, FieldWork
from contacts.services import fields, works
from contacts.services.pace import Pace

# The most that a step takes, and what is done while the person waits.
STEP_CONTACTS = 2_000
SHOWN_MISFITS = 10
MOST_MISFITS = 1_000
# What a failed work says; its misfits are told with it.
MISFITS = "misfits"

# Locked in the order of their ids, as everybody does who changes several contacts.
_TAKE_OUT = """
WITH held AS (
  SELECT id FROM contacts_contact
  WHERE workspace_id = %(workspace)s AND id > %(after)s AND id <= %(until)s
    AND custom ? %(slug)s ORDER BY id FOR NO KEY UPDATE)
UPDATE contacts_contact AS c
SET custom = c.custom - %(slug)s::text, updated_at = now()
FROM held WHERE c.id = held.id
"""
_REPLACE = """
UPDATE contacts_contact AS c
SET custom = c.custom || jsonb_build_object(%(slug)s::text, new.value),
    updated_at = now()
FROM unnest(%(ids)s::bigint[], %(values)s::text[]) AS new (id, value)
WHERE c.id = new.id AND c.custom ->> %(slug)s IS DISTINCT FROM new.value
"""


def run(work_id: UUID) -> bool:
    """Do a work from its bookmark to its end; False when it is not ours to do."""
    work = works.claim(FieldWork, work_id)
    if work is None:
        return False
    try:
        if work.act == FieldWork.Act.REMOVE:
            pace = Pace(STEP_CONTACTS)
            while _take_out(work, pace):
                pass
            works.finish(work)
        else:
            _convert(work)
    except works.ClaimLost:
        return False
    return True


def is_small(work: FieldWork) -> bool:
    """Tell whether the work is done in a moment, without a worker."""
    few = Contact.objects.filter(workspace=work.workspace).order_by("id")
    return few[: STEP_CONTACTS + 1].count() <= STEP_CONTACTS


def _take_out(work: FieldWork, pace: Pace) -> bool:
    with pace.step() as most, transaction.atomic():
        fresh = works.hold(work)
        step = _next_step(fresh, most)
        if step is None:
            return False
        count, until = step
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_OUT, _params(fresh, until))
        works.advance(fresh, done=count, bookmark=until)
    return True


def _convert(work: FieldWork) -> None:
    """Look at all values first; only when every one fits, write them."""
    pace = Pace(STEP_CONTACTS)
    while not _has_new_kind(work):
        if not _look(work, pace):
            return
    pace = Pace(STEP_CONTACTS)
    while _rewrite(work, pace):
        pass
    works.finish(work)


def _has_new_kind(work: FieldWork) -> bool:
    """Tell whether the look is over: the field has its new kind then."""
    return work.field is None or (
        work.field.kind == work.new_kind and work.field.choices == work.choices_kept
    )


def _look(work: FieldWork, pace: Pace) -> bool:
    """Look at a step of values; False when some do not fit and all were seen."""
    with pace.step() as most, transaction.atomic():
        fresh = works.hold(work)
        step = _next_step(fresh, most)
        if step is None or fresh.misfit_count >= MOST_MISFITS:
            return _judge(work, fresh)
        count, until = step
        wrong = [
            value
            for value in _values(fresh, until).values()
            if _fitting(fresh, value) is None
        ]
        if wrong:
            shown = list(dict.fromkeys([*fresh.misfits, *wrong]))[:SHOWN_MISFITS]
            FieldWork.objects.filter(id=fresh.id).update(
                misfits=shown, misfit_count=fresh.misfit_count + len(wrong)
            )
        works.advance(fresh, done=count, bookmark=until)
    return True


def _judge(work: FieldWork, fresh: FieldWork) -> bool:
    if fresh.misfit_count or fresh.field is None:
        works.fail(fresh, MISFITS)
        return False
    fields.set_kind(
        field=fresh.field,
        kind=fresh.new_kind,
        choices=fresh.choices_kept,
        actor=fresh.created_by,
    )
    FieldWork.objects.filter(id=fresh.id).update(bookmark=0, done=0)
    work.field = fresh.field
    return True


def _rewrite(work: FieldWork, pace: Pace) -> bool:
    """Write a step of values in the form of their new kind."""
    with pace.step() as most, transaction.atomic():
        fresh = works.hold(work)
        step = _next_step(fresh, most)
        if step is None:
            return False
        count, until = step
        found = {
            contact: value
            for contact, old in _values(fresh, until, is_locked=True).items()
            if (value := _fitting(fresh, old)) is not None
        }
        with connection.cursor() as cursor:
            cursor.execute(
                _REPLACE,
                {
                    "slug": fresh.slug,
                    "ids": list(found),
                    "values": list(found.values()),
                },
            )
        works.advance(fresh, done=count, bookmark=until)
    return True


def _fitting(work: FieldWork, value: str) -> str | None:
    """Return the value as one of the new kind, or None when it is none."""
    words = work.words
    if words:
        return words.get(value, value)
    try:
        return field_kinds.normal(
            value,
            kind=work.new_kind,
            country=work.workspace.country,
            choices=work.choices,
        )
    except ValueError:
        return None


def _next_step(work: FieldWork, most: int) -> tuple[int, int] | None:
    """Return how many contacts the next step has, and the last of them."""
    ids = list(
        Contact.objects.filter(workspace=work.workspace, id__gt=work.bookmark)
        .order_by("id")
        .values_list("id", flat=True)[:most]
    )
    return (len(ids), ids[-1]) if ids else None


def _values(
    work: FieldWork, until: int, *, is_locked: bool = False
) -> Mapping[int, str]:
    """Return the values of a step, by contact."""
    rows = Contact.objects.filter(
        workspace=work.workspace,
        id__gt=work.bookmark,
        id__lte=until,
        custom__has_key=work.slug,
    )
    if is_locked:
        rows = rows.select_for_update(no_key=True)
    found = rows.order_by("id").values_list("id", "custom")
    return {pk: str(custom[work.slug]) for pk, custom in found}


def _params(work: FieldWork, until: int) -> dict[str, Any]:
    return {
        "slug": work.slug,
        "workspace": work.workspace_id,
        "after": work.bookmark,
        "until": until,
    }
