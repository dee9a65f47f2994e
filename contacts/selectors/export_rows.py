"""Reads the rows of an export: by id, batch by batch, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models.functions import Lower

from accounts.models import Workspace
from contacts.columns import CUSTOM
from contacts.csv_export import Cell
from contacts.models import Export, GroupMembership
from contacts.selectors import choices, contacts, number_facts
from contacts.selectors.export_columns import OWN, Column

BATCH = 5_000
Row = dict[str, Any]


def rows(
    export: Export,
    columns: Sequence[Column],
    *,
    after_batch: Callable[[int], None] = lambda count: None,
) -> Iterator[list[Cell]]:
    """Yield the cells of each contact, oldest first.

    ``after_batch`` is told how many rows were yielded since it was called last.
    """
    readers = [column.read for column in columns]
    for batch in _batches(export, {column.key for column in columns}):
        for row in batch:
            yield [read(row) for read in readers]
        after_batch(len(batch))


def _batches(export: Export, keys: set[str]) -> Iterator[list[Row]]:
    names = _names(keys)
    after = 0
    while batch := list(choices.walk(export, after=after).values(*names)[:BATCH]):
        _complete(export.workspace, batch, keys)
        yield batch
        after = batch[-1]["id"]


def _names(keys: set[str]) -> list[str]:
    own = {name for name, _heading, _kind in OWN} | {"created_at", "updated_at"}
    names = ["id", "phone", *sorted((own & keys) - {"phone"})]
    return [*names, "custom"] if any(key.startswith(CUSTOM) for key in keys) else names


def _complete(workspace: Workspace, batch: list[Row], keys: set[str]) -> None:
    """Add to each row what is kept elsewhere and wanted."""
    numbers = [row["phone"] for row in batch if row["phone"]]
    if "groups" in keys:
        names = _groups_of([row["id"] for row in batch])
        for row in batch:
            row["groups"] = names.get(row["id"], "")
    if "opted_out" in keys:
        channels = contacts.opted_out_channels(workspace, numbers)
        for row in batch:
            row["opted_out"] = channels.get(row["phone"], ())
    if any(key.startswith("fact:") for key in keys):
        facts = number_facts.facts_of(workspace, numbers)
        for row in batch:
            row["fact"] = facts.get(row["phone"])


def _groups_of(ids: Iterable[int]) -> dict[int, str]:
    places = GroupMembership.objects.filter(contact__in=list(ids))
    named = places.values("contact_id").annotate(
        names=StringAgg("group__name", ", ", order_by=Lower("group__name"))
    )
    return {row["contact_id"]: row["names"] for row in named}
