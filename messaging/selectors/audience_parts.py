"""What an audience is made of: groups, segments, lists, minus others and campaigns.

A part is read from a draft, or from what a campaign keeps of its launch. A segment that
is broken, and a group or campaign to leave out that is gone, raise Refused: to go on
without them would write to people who were meant to be spared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Workspace
from contacts.models import Group, GroupMembership
from contacts.selectors import segments
from messaging.models import Campaign
from messaging.selectors import concerns, segment_fields
from seven_dashboard.errors import Refused


class Named(NamedTuple):
    """A group or campaign by its id, with what it is or was called."""

    id: UUID
    name: str


class Asked(NamedTuple):
    """A segment with its definition as it counts here."""

    id: UUID
    name: str
    definition: Mapping[str, Any]


class Listed(NamedTuple):
    """A list of numbers, and how many they are."""

    id: UUID
    name: str
    numbers: int


@dataclass(frozen=True, slots=True)
class Parts:
    """Who is meant; ``newest_contact``: contacts that came later are not in segments.

    A contact is in the audience that is in any of the groups or segments and in
    nothing that is left out. Besides, the numbers of ``lists``: of a number in several
    of them the first list counts.
    """

    groups: tuple[Named, ...] = ()
    segments: tuple[Asked, ...] = ()
    excluded_groups: tuple[Named, ...] = ()
    excluded_segments: tuple[Asked, ...] = ()
    excluded_campaigns: tuple[Named, ...] = ()
    newest_contact: int | None = None
    lists: tuple[Listed, ...] = ()
    # Concerns about numbers (``selectors.concerns``).
    spared: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.has_contacts and not self.lists

    @property
    def has_contacts(self) -> bool:
        """Say whether any contacts are meant as such."""
        return bool(self.groups or self.segments)

    @property
    def is_plain(self) -> bool:
        """Say whether there is nothing but groups."""
        return not (self.segments or self.has_exclusions or self.lists)

    @property
    def has_exclusions(self) -> bool:
        return bool(
            self.excluded_groups
            or self.excluded_segments
            or self.excluded_campaigns
            or self.spared
        )

    @property
    def group_ids(self) -> list[UUID]:
        return [group.id for group in self.groups]

    @property
    def list_ids(self) -> list[UUID]:
        return [one.id for one in self.lists]

    def as_json(self) -> dict[str, Any]:
        """Return what ``of_json`` reads back."""
        return {
            "groups": _pairs(self.groups),
            "segments": _triples(self.segments),
            "excluded_groups": _pairs(self.excluded_groups),
            "excluded_segments": _triples(self.excluded_segments),
            "excluded_campaigns": _pairs(self.excluded_campaigns),
            "newest_contact": self.newest_contact,
            "lists": [[str(one.id), one.name, one.numbers] for one in self.lists],
            "spared": list(self.spared),
        }


def of_draft(campaign: Campaign) -> Parts:
    """Return the parts that a campaign has now."""
    return Parts(
        groups=named(campaign.groups.order_by("name")),
        segments=asked(campaign.segments.order_by("name")),
        excluded_groups=named(campaign.excluded_groups.order_by("name")),
        excluded_segments=asked(campaign.excluded_segments.order_by("name")),
        excluded_campaigns=named(campaign.excluded_campaigns.order_by("name")),
        lists=listed(campaign),
        spared=tuple(campaign.spares),
    )


def of_launch(campaign: Campaign) -> Parts:
    """Return the parts as they were at the launch, or as they are before it."""
    if campaign.launched_at is None:
        return of_draft(campaign)
    if not campaign.audience:
        # Launched when there was nothing but groups.
        return Parts(groups=named(campaign.groups.order_by("name")))
    kept = campaign.audience
    return Parts(
        groups=_read_pairs(kept["groups"]),
        segments=_read_triples(kept["segments"]),
        excluded_groups=_read_pairs(kept["excluded_groups"]),
        excluded_segments=_read_triples(kept["excluded_segments"]),
        excluded_campaigns=_read_pairs(kept["excluded_campaigns"]),
        newest_contact=kept["newest_contact"],
        lists=_read_listed(kept.get("lists", ())),
        spared=tuple(kept.get("spared", ())),
    )


def named(rows: Iterable[Any]) -> tuple[Named, ...]:
    """Return groups or campaigns as parts."""
    return tuple(Named(row.pk, row.name) for row in rows)


def asked(rows: Iterable[Any]) -> tuple[Asked, ...]:
    """Return segments as parts."""
    return tuple(Asked(row.pk, row.name, row.definition) for row in rows)


def listed(campaign: Campaign) -> tuple[Listed, ...]:
    """Return the lists of a campaign: files, which may hold values, before pasted."""
    rows = campaign.number_lists.order_by("source", "created_at")
    return tuple(Listed(row.pk, row.name, row.numbers) for row in rows)


def included(
    workspace: Workspace,
    parts: Parts,
    *,
    now: datetime | None = None,
    until: int | None = None,
) -> Q:
    """Return who is in any of the groups or segments; raises Broken.

    Times count from ``now``; memberships above ``until`` came too late.
    """
    found = Q()
    if parts.groups:
        members = GroupMembership.objects.filter(
            group__in=parts.group_ids, contact=OuterRef("pk")
        )
        if until is not None:
            members = members.filter(pk__lte=until)
        found |= Q(Exists(members))
    since = Q()
    if parts.newest_contact is not None:
        since = Q(pk__lte=parts.newest_contact)
    for segment in parts.segments:
        found |= since & _question(workspace, segment, now)
    return found


def each_of(workspace: Workspace, parts: Parts) -> list[Q]:
    """Return a question for each group and segment: who is in it; raises Broken."""
    groups = [
        Q(Exists(GroupMembership.objects.filter(group=pk, contact=OuterRef("pk"))))
        for pk in parts.group_ids
    ]
    return groups + [_question(workspace, part, None) for part in parts.segments]


def left_out(
    workspace: Workspace, parts: Parts, *, now: datetime | None = None
) -> list[Q]:
    """Return who must get nothing, a question for each kind of part; raises Refused."""
    found = [_question(workspace, part, now) for part in parts.excluded_segments]
    if parts.excluded_groups:
        ids = [group.id for group in parts.excluded_groups]
        _require(Group.objects.filter(workspace=workspace), parts.excluded_groups)
        members = GroupMembership.objects.filter(group__in=ids, contact=OuterRef("pk"))
        found.append(Q(Exists(members)))
    if parts.excluded_campaigns:
        ids = [campaign.id for campaign in parts.excluded_campaigns]
        _require(Campaign.objects.filter(workspace=workspace), parts.excluded_campaigns)
        found.append(segment_fields.reached(workspace, ids))
    found += [concerns.about(workspace, word, now=now) for word in parts.spared]
    return found


def _question(workspace: Workspace, part: Asked, now: datetime | None) -> Q:
    return segments.required(workspace, part.definition, name=part.name, now=now)


def _require(rows: Any, wanted: Sequence[Named]) -> None:
    there = set(rows.filter(pk__in=[one.id for one in wanted]).values_list("pk"))
    for one in wanted:
        if (one.id,) not in there:
            raise Refused(
                _("“%(name)s”, which is to be left out, was deleted.")
                % {"name": one.name},
                code="exclusion_gone",
            )


def _pairs(rows: Iterable[Named]) -> list[list[str]]:
    return [[str(row.id), row.name] for row in rows]


def _triples(rows: Iterable[Asked]) -> list[list[Any]]:
    return [[str(row.id), row.name, row.definition] for row in rows]


def _read_pairs(rows: Iterable[Sequence[str]]) -> tuple[Named, ...]:
    return tuple(Named(UUID(pk), name) for pk, name in rows)


def _read_triples(rows: Iterable[Sequence[Any]]) -> tuple[Asked, ...]:
    return tuple(Asked(UUID(pk), name, asked) for pk, name, asked in rows)


def _read_listed(rows: Iterable[Sequence[Any]]) -> tuple[Listed, ...]:
    return tuple(Listed(UUID(pk), name, numbers) for pk, name, numbers in rows)
