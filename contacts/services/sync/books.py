"""What a run has to know about a workspace: the ways, the groups, the own fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import Workspace
from contacts.models import CustomField, Direction, SyncGroup, SyncSetup
from contacts.sync_fields import COMPANY, CUSTOM, Dictionary, Kind
from contacts.sync_merge import Ways

PULLING = frozenset({Direction.PULL, Direction.BOTH})
PUSHING = frozenset({Direction.PUSH, Direction.BOTH})
LABEL_LENGTH = CustomField._meta.get_field("label").max_length


@dataclass(slots=True)
class Book:
    """The settings of one run, read once."""

    workspace: Workspace
    setup: SyncSetup
    words: Dictionary
    # Pairs of groups that are kept in step, by either side.
    by_remote: dict[int, SyncGroup] = field(default_factory=dict)
    by_group: dict[UUID, SyncGroup] = field(default_factory=dict)
    # Pairs of which nobody knows now whether the gateway's group is there.
    resting: set[int] = field(default_factory=set)

    @property
    def pulled(self) -> frozenset[int]:
        """Return the pairs whose members may change here."""
        return frozenset(p.pk for p in self.by_remote.values() if p.pulls)

    @property
    def pushed(self) -> frozenset[int]:
        """Return the pairs whose members may change at the gateway."""
        return frozenset(p.pk for p in self.by_remote.values() if p.pushes)

    def pairs_of(self, remote_groups: Iterable[int]) -> frozenset[int]:
        """Return the pairs that groups of the gateway belong to."""
        found = (self.by_remote.get(number) for number in remote_groups)
        return frozenset(pair.pk for pair in found if pair)

    def ways(
        self,
        pairs: Iterable[int],
        *,
        has_own_groups: bool,
        has_their_groups: bool,
    ) -> Ways:
        """Return the ways open for a contact that is in these pairs on either side."""
        inside = frozenset(pairs)
        return Ways(
            pull=bool(inside & self.pulled)
            or (not has_their_groups and self.setup.ungrouped in PULLING),
            push=bool(inside & self.pushed)
            or (not has_own_groups and self.setup.ungrouped in PUSHING),
        )

    def drop(self, pair: SyncGroup) -> None:
        """Leave a pair alone from now on: one of its sides is gone."""
        if pair.remote_id is not None:
            self.by_remote.pop(pair.remote_id, None)
        if pair.group_id is not None:
            self.by_group.pop(pair.group_id, None)

    def rest(self, pair: SyncGroup) -> None:
        """Leave a pair alone for now; what its members agreed on holds."""
        self.drop(pair)
        self.resting.add(pair.pk)


def open_book(setup: SyncSetup) -> Book:
    """Read the settings, the pairs of groups and the own fields of a workspace."""
    workspace = setup.workspace
    known = list(SyncGroup.objects.filter(workspace=workspace))
    pairs = [pair for pair in known if pair.is_active]
    return Book(
        workspace=workspace,
        setup=setup,
        words=_dictionary(workspace, setup),
        by_remote={p.remote_id: p for p in pairs if p.remote_id is not None},
        by_group={p.group_id: p for p in pairs if p.group_id is not None},
        resting={p.pk for p in known if p.state == SyncGroup.State.UNSURE},
    )


def learn(book: Book, properties: Iterable[str]) -> None:
    """Give properties of the gateway that are new to us a field of the workspace.

    Inside the transaction that writes their first values.
    """
    added = book.words.learn(properties)
    if not added:
        return
    rows = [
        CustomField(
            workspace=book.workspace,
            slug=name.removeprefix(CUSTOM),
            label=book.words.names[name][:LABEL_LENGTH],
        )
        for name in added
        if name.startswith(CUSTOM)
    ]
    CustomField.objects.bulk_create(rows, ignore_conflicts=True)
    kept = {n: p for n, p in book.words.names.items() if n in added}
    book.setup.own_names = {**book.setup.own_names, **kept}
    SyncSetup.objects.filter(pk=book.setup.pk).update(own_names=book.setup.own_names)
    book.words = _dictionary(book.workspace, book.setup, names=book.words.names)


def learn_again(book: Book) -> None:
    """Forget what was learned in a transaction that was rolled back."""
    book.setup.refresh_from_db(fields=["own_names"])
    book.words = _dictionary(book.workspace, book.setup)


def _dictionary(
    workspace: Workspace, setup: SyncSetup, names: dict[str, str] | None = None
) -> Dictionary:
    known = dict(setup.own_names if names is None else names)
    fields = {
        f"{CUSTOM}{row.slug}": row
        for row in CustomField.objects.filter(workspace=workspace)
    }
    if setup.sends_own_fields:
        for name, row in fields.items():
            known.setdefault(name, row.slug)
    return Dictionary(
        country=workspace.country,
        names=known,
        kinds={
            name: Kind(row.kind, tuple(row.choices)) for name, row in fields.items()
        },
        dropped=frozenset(n for n in known if n != COMPANY and n not in fields),
    )
