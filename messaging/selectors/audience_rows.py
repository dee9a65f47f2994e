"""The recipients of an audience one after the other, as a launch would write them.

Numbers of lists go first, then contacts, each in order of id; a row of a list has its
id with a minus sign (``addressees``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection as database
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField, IntegerField
from django.db.models.functions import Mod

from contacts.models import Contact
from messaging.selectors.audiences import Audience, Equals, value_of

CHUNK = 2_000
NEIGHBOURS = 4
MOST_SLICES = 2_000


class Row(NamedTuple):
    """A recipient as a message is made of it: values by variable."""

    pk: int
    phone: str
    country: str
    values: dict[str, str]


def rows(
    audience: Audience, names: Sequence[str], *, ids: Sequence[int] | None = None
) -> Iterator[Row]:
    """Yield the recipients in order of sending with their values, in chunks.

    With ``ids`` those alone, whatever has become of them meanwhile.
    """
    if audience.parts.lists:
        listed = None if ids is None else [-pk for pk in ids if pk < 0]
        for pk, phone, country, values in audience.lists.rows(names, ids=listed):
            yield Row(-pk, phone, country, values)
    if not audience.parts.has_contacts:
        return
    columns = {f"value_{at}": value_of(name) for at, name in enumerate(names)}
    shown = ("pk", "phone", "country", *columns)
    if ids is None:
        reachable = audience.reachable(is_page=True).annotate(**columns)
        found = _chunks(reachable.order_by("pk"), shown)
    else:
        everybody = Contact.objects.filter(workspace=audience.workspace)
        wanted = [pk for pk in ids if pk > 0]
        found = _with_ids(everybody.annotate(**columns), wanted, shown)
    for pk, phone, country, *texts in found:
        yield Row(pk, phone, country, dict(zip(names, texts, strict=True)))


def all_ids(audience: Audience, *, limit: int) -> list[int]:
    """Return the ids of the recipients, up to a limit."""
    found = [-pk for pk in audience.lists.ids(limit=limit)]
    left = limit - len(found)
    if audience.parts.has_contacts and left:
        contacts = audience.reachable(is_page=True).order_by("pk")
        found += contacts.values_list("pk", flat=True)[:left]
    return found


def sampled_ids(audience: Audience, sample: int) -> list[int]:
    """Return the ids of about so many recipients, taken evenly from all."""
    if not audience.parts.lists:
        return _sampled_contacts(audience, sample)
    listed = audience.lists.counts().by_country.total()
    contacts = audience.reachable().count() if audience.parts.has_contacts else 0
    share = max(1, sample * listed // max(1, listed + contacts))
    found = [-pk for pk in audience.lists.ids(every=max(1, listed // share))]
    if contacts:
        found += _sampled_contacts(audience, max(1, sample - share))
    return found


def _sampled_contacts(audience: Audience, sample: int) -> list[int]:
    reachable = audience.reachable(is_page=True)
    if audience.parts.segments or audience.parts.has_exclusions:
        # Places in the list would mostly be of people who are left out.
        every = max(1, audience.reachable().count() // sample)
        # By a hash of the id: a list has no step.
        hashed = Func(F("pk"), function="hashint8", output_field=IntegerField())
        picked = Equals(Mod(hashed, every), Value(0))
        return sorted(reachable.filter(Q(picked)).values_list("pk", flat=True))
    spread = _spread_ids(audience, sample)
    return [pk for (pk,) in _with_ids(reachable, spread, ("pk",))]


def _spread_ids(audience: Audience, sample: int) -> list[int]:
    """Return ids of members from places all over the list, found by the index.

    A few neighbours from each place; the places are shifted a little, so that a list
    with a pattern of its own is not met in step.
    """
    slices = max(1, min(MOST_SLICES, sample // NEIGHBOURS))
    groups = audience.parts.group_ids
    each = max(1, sample // slices // len(groups))
    with database.cursor() as cursor:
        params: dict[str, Any] = {"groups": groups, "slices": slices, "each": each}
        cursor.execute(_SPREAD_SQL, params)
        return [pk for (pk,) in cursor.fetchall()]


_SPREAD_SQL = """
WITH wanted AS (
    SELECT g.id,
        (SELECT min(contact_id) FROM contacts_groupmembership AS m
         WHERE m.group_id = g.id) AS low,
        (SELECT max(contact_id) FROM contacts_groupmembership AS m
         WHERE m.group_id = g.id) AS high
    FROM unnest(%(groups)s::uuid[]) AS g (id)
)
SELECT DISTINCT near.contact_id
FROM wanted
CROSS JOIN generate_series(0, %(slices)s - 1) AS slice (n)
CROSS JOIN LATERAL (
    SELECT contact_id FROM contacts_groupmembership AS m
    WHERE m.group_id = wanted.id
      AND m.contact_id >= low
        + ((high - low) * (slice.n + slice.n * 0.618034 %% 1) / %(slices)s)::bigint
    ORDER BY contact_id LIMIT %(each)s) AS near
"""


def _with_ids(
    rows: QuerySet[Contact], ids: Sequence[int], names: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows by their ids, in order of them."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        # An array in one piece: Django takes a list apart, which is slow for thousands.
        part = RawSQL(
            '"contacts_contact"."id" = ANY(%s)',
            [wanted[start : start + CHUNK]],
            output_field=BooleanField(),
        )
        # Sorted here: the planner would rather go through all rows in order.
        yield from sorted(rows.filter(part).values_list(*names))


def _chunks(
    rows: QuerySet[Contact], names: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows by keyset, so that neither side holds the whole list."""
    last = 0
    while True:
        found = list(rows.filter(pk__gt=last).values_list(*names)[:CHUNK])
        yield from found
        if len(found) < CHUNK:
            return
        last = found[-1][0]
