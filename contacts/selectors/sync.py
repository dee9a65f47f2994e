"""Read the sync with the gateway: groups of both sides, runs, open questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from accounts.models import Workspace
from contacts import sync_words
from contacts.models import (
    Contact,
    Direction,
    Group,
    SyncGroup,
    SyncLink,
    SyncRun,
    SyncSetup,
)
from contacts.selectors import groups, keyset

# Questions are counted up to here: a page says "more than 1,000".
MOST_COUNTED: Final = 1_000
MAX_PAIRS: Final = 1_000
State = SyncLink.State
# What a list of questions can be about, and its links.
KINDS: Final = ("deleted", "duplicates", "refused", "unlinked")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: a pair of groups, or a group that only one side has."""

    pair: SyncGroup | None
    group: Group | None
    # Ours of the same name, for a group that is only there.
    suggestion: Group | None = None

    @property
    def direction(self) -> str:
        return self.pair.direction if self.pair else Direction.OFF

    @property
    def trouble(self) -> str:
        """Say why the pair is left until later; "" when it is not."""
        return sync_words.sentence(self.pair.error) if self.pair else ""

    @property
    def group_id(self) -> object:
        return self.group.id if self.group else None


@dataclass(frozen=True, slots=True)
class Questions:
    """How much waits for a person; each counted up to ``MOST_COUNTED``."""

    conflicts: int
    deleted: int
    duplicates: int
    refused: int
    unlinked: int


def setup_of(workspace: Workspace) -> SyncSetup:
    """Return the settings of a workspace; the usual ones while none are stored."""
    found = SyncSetup.objects.filter(workspace=workspace).first()
    return found or SyncSetup(workspace=workspace)


def rows(workspace: Workspace) -> list[Row]:
    """Return the groups of both sides: pairs first, then those of one side alone."""
    pairs = list(
        SyncGroup.objects.filter(workspace=workspace)
        .select_related("group")
        .order_by(Lower("remote_name"), "id")[:MAX_PAIRS]
    )
    taken = {pair.group_id for pair in pairs if pair.group_id}
    free = [group for group in groups.all(workspace) if group.id not in taken]
    by_name = {group.name.casefold(): group for group in free}
    linked = [Row(p, p.group) for p in pairs if p.state != SyncGroup.State.SEEN]
    seen = [
        Row(p, None, by_name.get(p.remote_name.strip().casefold()))
        for p in pairs
        if p.state == SyncGroup.State.SEEN
    ]
    return linked + seen + [Row(None, group) for group in free]


def pair(workspace: Workspace, pair_id: int) -> SyncGroup:
    """Return a pair of groups of the workspace, or raise Http404."""
    found = (
        SyncGroup.objects.filter(workspace=workspace, pk=pair_id)
        .select_related("group", "workspace")
        .first()
    )
    if found is None:
        raise Http404
    return found


def running(workspace: Workspace) -> SyncRun | None:
    """Return the run that is under way, if any."""
    open_states = (SyncRun.State.READY, SyncRun.State.RUNNING)
    return SyncRun.objects.filter(workspace=workspace, state__in=open_states).first()


def last(workspace: Workspace, *, is_preview: bool) -> SyncRun | None:
    """Return the latest run, or the latest preview, that is over."""
    over = (
        SyncRun.objects.filter(
            workspace=workspace, is_preview=is_preview, finished_at__isnull=False
        )
        .exclude(state=SyncRun.State.CANCELLED)
        .order_by("-created_at")
    )
    return over.first()


def questions(workspace: Workspace) -> Questions:
    """Count what waits for a person."""
    counts = {kind: _counted(links(workspace, kind)) for kind in KINDS}
    return Questions(conflicts=_counted(_conflicts(workspace)), **counts)


def links(workspace: Workspace, kind: str) -> QuerySet[SyncLink]:
    """Return the links that a list of questions is about."""
    mine = SyncLink.objects.filter(workspace=workspace)
    if kind == "deleted":
        gone = (State.DELETED_HERE, State.DELETED_THERE)
        return mine.filter(state__in=gone, todo="")
    if kind == "duplicates":
        return mine.filter(state=State.DUPLICATE)
    if kind == "unlinked":
        return mine.filter(state=State.UNLINKED)
    return mine.exclude(error="")


def conflict_page(
    workspace: Workspace, *, before: int | None, after: int | None
) -> keyset.Page[SyncLink]:
    """Return a keyset page of the contacts whose fields are in conflict."""
    found = _conflicts(workspace).select_related("contact")
    return keyset.page(found, before=before, after=after)


def question_page(
    workspace: Workspace, kind: str, *, before: int | None, after: int | None
) -> keyset.Page[SyncLink]:
    """Return a keyset page of the links of a kind."""
    found = links(workspace, kind).select_related("contact", "twin")
    return keyset.page(found, before=before, after=after)


def conflict(workspace: Workspace, link_id: int) -> SyncLink:
    """Return a link with a conflict, or raise Http404."""
    found = _conflicts(workspace).select_related("contact").filter(pk=link_id).first()
    if found is None:
        raise Http404
    return found


def next_conflict(workspace: Workspace, *, after: int) -> SyncLink | None:
    """Return the next conflict in the order of the list, which is newest first."""
    older = _conflicts(workspace).filter(pk__lt=after).order_by("-pk").first()
    return older or _conflicts(workspace).order_by("-pk").first()


def of_contact(contact: Contact) -> SyncLink | None:
    """Return how a contact is linked with the gateway's, if it is."""
    return SyncLink.objects.filter(contact=contact).first()


def _conflicts(workspace: Workspace) -> QuerySet[SyncLink]:
    return SyncLink.objects.filter(workspace=workspace).exclude(conflict={})


def _counted(found: QuerySet[SyncLink]) -> int:
    return found.order_by()[: MOST_COUNTED + 1].count()
