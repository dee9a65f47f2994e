"""Keep what changed of a price list: rows of changes, not copies of the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from django.db.models import F
from django.db.models.functions import Greatest

from accounts.models import Connection, Price, PriceChange, PriceCheck
from accounts.selectors.clock import GATEWAY_ZONE

Key: TypeAlias = tuple[str, str, str, str, str]


def note(
    *,
    connection: Connection,
    before: Mapping[Key, Price],
    after: Mapping[Key, Price],
    at: datetime,
) -> int:
    """Keep the differences of two lists and that it was looked; return their number.

    The first list of a connection changes nothing: it is where history begins.
    """
    is_first = not before
    changes = [] if is_first else list(_changes(connection, before, after, at))
    PriceChange.objects.bulk_create(changes, batch_size=1000)
    day = at.astimezone(GATEWAY_ZONE).date()
    check, is_new = PriceCheck.objects.get_or_create(
        connection=connection,
        day=day,
        defaults={"checked_at": at, "prices": len(after), "changes": len(changes)},
    )
    if not is_new:
        PriceCheck.objects.filter(pk=check.pk).update(
            checked_at=Greatest(F("checked_at"), at),
            prices=len(after),
            changes=F("changes") + len(changes),
        )
    return len(changes)


def _changes(
    connection: Connection,
    before: Mapping[Key, Price],
    after: Mapping[Key, Price],
    at: datetime,
) -> Iterator[PriceChange]:
    for key in _in_order(before, after):
        old, new = before.get(key), after.get(key)
        row = new or old
        if row is None or (old and new and old.amount == new.amount):
            continue
        yield PriceChange(
            connection=connection,
            country=row.country,
            country_name=row.country_name,
            prefix=row.prefix,
            mcc=row.mcc,
            mncs=row.mncs,
            network=row.network,
            before=old.amount if old else None,
            amount=new.amount if new else None,
            changed_at=at,
        )


def _in_order(*lists: Iterable[Key]) -> list[Key]:
    return sorted({key for keys in lists for key in keys})
