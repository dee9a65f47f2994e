"""The sync with the gateway's address book: its rules, and what a run has done."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELDS: Final[dict[str, Promise]] = {
    "groups_created_there": _("Groups added at seven.io"),
    "groups_deleted_here": _("Groups deleted here"),
    "groups_deleted_there": _("Groups deleted at seven.io"),
    "groups_renamed_here": _("Groups renamed here"),
    "groups_renamed_there": _("Groups renamed at seven.io"),
    "unlinked": _("Synced no more"),
}
_DIRECTIONS: Final[dict[object, Promise]] = {
    "off": pgettext_lazy("sync", "Not synced"),
    "pull": _("From seven.io to here"),
    "push": _("From here to seven.io"),
    "both": _("Both ways"),
}
_ON_DELETED: Final[dict[object, Promise]] = {
    "ask": pgettext_lazy("sync", "Ask"),
    "delete": _("Delete on the other side too"),
    "keep": _("Keep on the other side, sync no more"),
}
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "direction": _DIRECTIONS,
    "ungrouped": _DIRECTIONS,
    "on_conflict": {
        "ask": pgettext_lazy("sync", "Ask"),
        "ours": _("Ours counts"),
        "theirs": _("seven.io counts"),
    },
    "on_deleted_here": _ON_DELETED,
    "on_deleted_there": _ON_DELETED,
}
