"""Words for what a sync does and has done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.actions import field_name
from contacts.sync_fields import BUILT_IN, CUSTOM

HERE: Final[dict[str, Promise]] = {
    "created_here": _("Contacts added here"),
    "changed_here": _("Contacts changed here"),
    "deleted_here": _("Contacts deleted here"),
    "missing_here": _("Deleted here before"),
    "groups_renamed_here": _("Groups renamed here"),
    "groups_deleted_here": _("Groups deleted here"),
}
THERE: Final[dict[str, Promise]] = {
    "created_there": _("Contacts added at seven.io"),
    "changed_there": _("Contacts changed at seven.io"),
    "deleted_there": _("Contacts deleted at seven.io"),
    "missing_there": _("Missing at seven.io"),
    "groups_created_there": _("Groups added at seven.io"),
    "groups_renamed_there": _("Groups renamed at seven.io"),
    "groups_deleted_there": _("Groups deleted at seven.io"),
}
OTHER: Final[dict[str, Promise]] = {
    "linked": _("Known on both sides, linked"),
    "conflicts": _("Conflicts"),
    "duplicates": _("Twice at seven.io"),
    "refused": _("Refused by seven.io"),
    "unanswered": _("Without an answer from seven.io"),
    "groups_unanswered": _("Groups left until later"),
    "unlinked": _("Synced no more"),
}
# Shown in a preview even when nothing is to be done.
ALWAYS: Final = frozenset(
    ("created_here", "changed_here", "created_there", "changed_there")
)
_SAMPLES: Final[dict[str, Promise]] = {
    **HERE,
    **THERE,
    **OTHER,
}
_CODES: Final[dict[str, Promise]] = {
    "broken": _("Something went wrong. Please try again."),
    "no_connection": _("No gateway account is connected. Connect one first."),
    "nothing_on": _("Nothing is synced yet. Choose a direction for a group first."),
    "not_approved": _(
        "Look at a preview first: the settings are new, or have changed."
    ),
    "running": _("A sync is under way. Wait until it has finished."),
}


class Count(NamedTuple):
    """One number of a run."""

    label: str
    value: int


class Sample(NamedTuple):
    """Some contacts that one kind of change is about."""

    label: str
    # Name, and field, value before, value after of each change.
    contacts: list[tuple[str, list[tuple[str, str, str]]]]


def sentence(error: str) -> str:
    """Return a stored sentence or code in the language of whoever reads it."""
    if not error:
        return ""
    return str(_CODES[error]) if error in _CODES else gettext(error)


def counts(tally: Mapping[str, int], words: Mapping[str, Promise]) -> list[Count]:
    """Return the numbers of a run with their words, empty ones left out."""
    return [
        Count(str(label), tally.get(name, 0))
        for name, label in words.items()
        if tally.get(name) or name in ALWAYS
    ]


def samples(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Sample]:
    """Return the examples of a preview with their words."""
    return [
        Sample(
            str(label),
            [
                (
                    one["name"] or gettext("No name"),
                    [
                        (label_of(n), *one["changes"][n])
                        for n in sorted(one["changes"], key=_place)
                    ],
                )
                for one in kept[name]
            ],
        )
        for name, label in _SAMPLES.items()
        if kept.get(name)
    ]


def _place(name: str) -> tuple[int, str]:
    """Return where a field stands: built-in ones first, in the usual order."""
    return (BUILT_IN.index(name) if name in BUILT_IN else len(BUILT_IN)), name


def label_of(name: str, own: Mapping[str, str] | None = None) -> str:
    """Return what a field is called; an own one by its heading."""
    slug = name.removeprefix(CUSTOM)
    return (own or {}).get(slug) or field_name(slug)


VALIDATION: Final[dict[str, Promise]] = {
    "valid": pgettext_lazy("number", "valid"),
    "invalid": pgettext_lazy("number", "invalid"),
    "absent": pgettext_lazy("number", "cannot be reached"),
    "unknown": pgettext_lazy("number", "unknown"),
}
