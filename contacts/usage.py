"""What a higher app still needs a group or segment for; it says so by registering.

Contacts knows nothing of campaigns, but must not let go of a list of people that a
draft leaves out: the draft would reach them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from seven_dashboard.errors import Refused

if TYPE_CHECKING:
    from contacts.models import Group, Segment

# Returns the names of what needs it.
Need = Callable[["Group | Segment"], list[str]]

_needs: list[Need] = []


class InUse(Refused):
    """A campaign that is not out yet needs the group or segment."""

    def __init__(self, subject: Group | Segment, users: list[str]) -> None:
        super().__init__(
            _(
                "“%(name)s” is used by %(users)s. Take it out there first, or delete "
                "the draft."
            )
            % {"name": subject.name, "users": ", ".join(users)},
            code="in_use",
        )


def register(need: Need) -> None:
    """Ask this too before something is deleted; repeating is harmless."""
    if need not in _needs:
        _needs.append(need)


def of(subject: Group | Segment) -> list[str]:
    """Return the names of everything that needs a group or segment."""
    return [name for need in _needs for name in need(subject)]


def require_unused(subject: Group | Segment) -> None:
    """Raise ``InUse`` for what a campaign that is not out yet needs."""
    if names := of(subject):
        raise InUse(subject, names)
