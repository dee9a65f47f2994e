"""Three-way merge of a contact of ours with one of the gateway's. Pure.

Each side is compared with what it was itself at the last common moment (the base), so
that a value that only one side can hold in full (a number that is none, a name too
long for us) is a difference both live with, and no change.

``None`` in a base means that the field was never settled between the two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Values = Mapping[str, str]
Base = Mapping[str, str | None]


class Verdict(StrEnum):
    """What is to be done about one field."""

    # Nobody changed it.
    NOTHING = "nothing"
    # Both say the same by now.
    SAME = "same"
    # A difference to live with: our side cannot hold their value.
    LEAVE = "leave"
    PULL = "pull"
    PUSH = "push"
    CONFLICT = "conflict"
    # To be done, but this way is switched off.
    HOLD = "hold"


class Policy(StrEnum):
    """What becomes of a field that both sides changed."""

    ASK = "ask"
    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Ways:
    """Which ways are open for a contact."""

    pull: bool
    push: bool


def verdict(
    base_ours: str | None,
    base_theirs: str | None,
    ours: str,
    theirs: str,
    reading: str | None,
) -> Verdict:
    """Say what one field needs; ``reading`` is theirs as we would hold it, or None."""
    if reading is not None and reading == ours:
        return Verdict.SAME
    if base_ours is None and base_theirs is None:
        return _first_verdict(ours, theirs, reading)
    has_ours_changed = ours != base_ours
    has_theirs_changed = theirs != base_theirs
    if has_ours_changed and has_theirs_changed:
        return Verdict.CONFLICT
    if has_ours_changed:
        return Verdict.PUSH
    if has_theirs_changed:
        return Verdict.LEAVE if reading is None else Verdict.PULL
    return Verdict.NOTHING


def _first_verdict(ours: str, theirs: str, reading: str | None) -> Verdict:
    """Say what a field needs that was never settled: an empty side gives in."""
    if not theirs:
        return Verdict.PUSH
    if reading is None:
        return Verdict.LEAVE
    return Verdict.CONFLICT if ours else Verdict.PULL


def allowed(found: Verdict, ways: Ways, policy: str, *, is_readable: bool) -> Verdict:
    """Narrow a verdict to the ways that are open, and settle conflicts by policy."""
    if found == Verdict.CONFLICT:
        found = _settled(ways, policy)
    if found == Verdict.PULL and not ways.pull:
        return Verdict.HOLD
    if found == Verdict.PUSH and not ways.push:
        return Verdict.HOLD
    if found == Verdict.PULL and not is_readable:
        return Verdict.LEAVE
    return found


def _settled(ways: Ways, policy: str) -> Verdict:
    # Where only one way is open, the side that it starts from has the say.
    if not ways.push:
        return Verdict.PULL
    if not ways.pull or policy == Policy.OURS:
        return Verdict.PUSH
    return Verdict.PULL if policy == Policy.THEIRS else Verdict.CONFLICT


@dataclass(slots=True)
class Merged:
    """What a contact needs on both sides, and its base once our side has it.

    ``base_*`` hold what is settled; a field to push keeps its old base until it is
    pushed, a conflict until it is decided.
    """

    pull: dict[str, str] = field(default_factory=dict)
    push: dict[str, str] = field(default_factory=dict)
    # Field to our value and theirs.
    conflicts: dict[str, tuple[str, str]] = field(default_factory=dict)
    base_ours: dict[str, str | None] = field(default_factory=dict)
    base_theirs: dict[str, str | None] = field(default_factory=dict)


def merge(
    *,
    names: Collection[str],
    ours: Values,
    theirs: Values,
    readings: Mapping[str, str | None],
    base_ours: Base | None,
    base_theirs: Base | None,
    ways: Ways,
    policy: str,
) -> Merged:
    """Merge the named fields; empty values may be left out of every mapping.

    A base of None means that the two were never synced. A field that is missing in a
    base was settled as empty.
    """
    found = Merged()
    for name in names:
        was_ours = None if base_ours is None else base_ours.get(name, "")
        was_theirs = None if base_theirs is None else base_theirs.get(name, "")
        mine, other = ours.get(name, ""), theirs.get(name, "")
        reading = readings.get(name, "")
        what = allowed(
            verdict(was_ours, was_theirs, mine, other, reading),
            ways,
            policy,
            is_readable=reading is not None,
        )
        if what in (Verdict.SAME, Verdict.LEAVE):
            was_ours, was_theirs = mine, other
        elif what == Verdict.PULL:
            found.pull[name] = reading or ""
            was_ours, was_theirs = reading or "", other
        elif what == Verdict.PUSH:
            found.push[name] = mine
        elif what == Verdict.CONFLICT:
            found.conflicts[name] = (mine, other)
        _keep(found.base_ours, name, was_ours)
        _keep(found.base_theirs, name, was_theirs)
    return found


def _keep(base: dict[str, str | None], name: str, value: str | None) -> None:
    if value != "":
        base[name] = value


@dataclass(frozen=True, slots=True)
class Members:
    """Groups to join and leave on each side, and those that both agree on."""

    join_ours: frozenset[int]
    leave_ours: frozenset[int]
    join_theirs: frozenset[int]
    leave_theirs: frozenset[int]
    base: frozenset[int]

    @property
    def pushes(self) -> bool:
        return bool(self.join_theirs or self.leave_theirs)

    @property
    def pulls(self) -> bool:
        return bool(self.join_ours or self.leave_ours)


def merge_members(
    *,
    base: Collection[int],
    ours: Collection[int],
    theirs: Collection[int],
    pulled: Collection[int],
    pushed: Collection[int],
) -> Members:
    """Merge in which linked groups a contact is; a yes or no cannot conflict.

    ``pulled`` and ``pushed`` are the groups for which that way is open. The base that
    comes back holds what is agreed once our side has joined and left.
    """
    was, mine, other = frozenset(base), frozenset(ours), frozenset(theirs)
    differ = mine ^ other
    ours_changed = differ & (mine ^ was)
    theirs_changed = differ - ours_changed
    to_push = ours_changed & frozenset(pushed)
    to_pull = theirs_changed & frozenset(pulled)
    settled = (mine | other) - differ
    kept = was & (differ - to_pull)
    return Members(
        join_ours=to_pull & other,
        leave_ours=to_pull - other,
        join_theirs=to_push & mine,
        leave_theirs=to_push - mine,
        base=settled | kept | (to_pull & other),
    )
