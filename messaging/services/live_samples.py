"""What the live preview keeps of an audience: its counts, and whom it measures.

A key press reads what is kept here, so that it costs the same for a hundred recipients
and for a million. It is kept for longer the longer it took to find out, at least some
seconds; who joins or leaves a group makes it anew. Names and numbers of people are
never kept: ids are, with the networks of their numbers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.core.cache import cache

from contacts.models import Channel, Group
from messaging.networks import Directory, Network
from messaging.selectors import audience_rows, known_networks
from messaging.selectors.audience_rows import Row
from messaging.selectors.audiences import Audience, Counts

LEAST_S, MOST_S = 20.0, 300.0
# Counting takes a four-hundredth of the time at most, however often a key is pressed.
FACTOR: Final = 400
# While a person types, an answer at once is worth more than the last digit.
EXACT_UP_TO = 4_000
SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Recipients to measure, None for all, and of an SMS their networks by id.

    ``is_part``: they stand for others as well.
    """

    ids: Sequence[int] | None
    is_part: bool = False
    networks: Mapping[int, Network] = field(default_factory=dict)

    def rows(self, audience: Audience, names: Sequence[str]) -> Iterable[Row]:
        """Return the recipients with their values; nothing is read where none is."""
        if names or not self.networks:
            return audience_rows.rows(audience, names, ids=self.ids)
        return (
            Row(pk, "", network.country, {}) for pk, network in self.networks.items()
        )


class Kept:
    """What is kept of one audience."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._key = f"audience:{audience.key}:{_sizes(audience)}"

    def counts(self, needed: Sequence[str]) -> Counts:
        """Return the counts of some moments ago at most.

        Who lacks a value is kept by name: another variable in the text asks for that
        one alone, and taking one out asks for nothing.
        """
        key = f"{self._key}:counts"
        kept: tuple[Counts, dict[str, int]] | None = cache.get(key)
        known, lacking = kept or (None, {})
        new = [name for name in needed if name not in lacking]
        if known is None or new:
            began = time.monotonic()
            known = self._audience.counts(new)
            lacking |= {name: known.missing.get(name, 0) for name in new}
            cache.set(key, (known, lacking), timeout=_keep_s(began))
        missing = {name: lacking[name] for name in needed if lacking[name]}
        return replace(known, missing=missing)

    def sample(self, recipients: int, directory: Directory) -> Sample:
        """Return whom to measure: a short list whole, of a long one some of all."""
        is_part = recipients > EXACT_UP_TO
        key = f"{self._key}:sample:{is_part:d}:{directory.is_empty:d}"
        kept: Sample | None = cache.get(key)
        if kept is None:
            began = time.monotonic()
            kept = _taken(self._audience, directory, is_part=is_part)
            cache.set(key, kept, timeout=_keep_s(began))
        return kept


def _taken(audience: Audience, directory: Directory, *, is_part: bool) -> Sample:
    ids = (
        audience_rows.sampled_ids(audience, SIZE)
        if is_part
        else audience_rows.all_ids(audience, limit=EXACT_UP_TO)
    )
    if audience.channel != Channel.SMS:
        # What they cost hangs on the text as well.
        return Sample(ids, is_part=is_part)
    rows = list(audience_rows.rows(audience, [], ids=ids))
    told = known_networks.of(audience.workspace, [row.phone for row in rows])
    networks = {
        row.pk: directory.of(row.phone, row.country, told.get(row.phone))
        for row in rows
    }
    return Sample(list(networks), is_part, networks)


def _sizes(audience: Audience) -> str:
    """Return how many are in each group, which changes with who joins or leaves."""
    groups = [*audience.parts.groups, *audience.parts.excluded_groups]
    if not groups:
        return ""
    rows = Group.objects.filter(pk__in=[group.id for group in groups])
    sizes = rows.order_by("pk").values_list("member_count", flat=True)
    return "-".join(map(str, sizes))


def _keep_s(began: float) -> float:
    return min(MOST_S, max(LEAST_S, FACTOR * (time.monotonic() - began)))
