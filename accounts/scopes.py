"""What a permission by OAuth covers, in the words of a person.

The gateway names a scope for each part of its interface. They are asked for in groups
that stand for one use each; what is not ticked is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an account, and the scopes that it takes."""

    name: str
    label: Promise
    scopes: tuple[str, ...]
    # Without it a connection is of no use here.
    is_needed: bool = False


USES: Final = (
    Use(
        "account",
        _("See balance, prices and usage, and set up webhooks"),
        ("analytics", "balance", "hooks", "pricing"),
        is_needed=True,
    ),
    Use(
        "sms",
        _("Send SMS and see what became of them"),
        ("journal", "sms", "status"),
        is_needed=True,
    ),
    Use("voice", _("Make calls"), ("validate_for_voice", "voice")),
    Use("rcs", _("Send RCS messages"), ("rcs",)),
    Use("lookup", _("Look numbers up, which costs money"), ("lookup",)),
    Use("contacts", _("Keep the address book in step"), ("contacts", "groups")),
    Use("numbers", _("Order, change and give up phone numbers"), ("numbers",)),
    Use("subaccounts", _("Make subaccounts and move credit"), ("subaccounts",)),
)
CHOICES: Final = [(use.name, use.label) for use in USES if not use.is_needed]


def wanted(chosen: Iterable[str]) -> list[str]:
    """Return the scopes to ask for: what is needed, and of the rest what was chosen."""
    names = set(chosen)
    return sorted(
        scope
        for use in USES
        if use.is_needed or use.name in names
        for scope in use.scopes
    )


# What each kind of polling asks for.
OF_POLLS: Final[dict[str, str]] = {
    "balance": "balance",
    "pricing": "pricing",
    "analytics": "analytics",
    "breakdown": "analytics",
    "hooks": "hooks",
    "numbers": "numbers",
    "offers": "numbers",
    "subaccounts": "subaccounts",
}


@dataclass(frozen=True, slots=True)
class Covered:
    """One use, and whether a permission covers it."""

    use: Use
    is_covered: bool


def covered(granted: Iterable[str]) -> list[Covered]:
    """Say of each use whether all its scopes were granted."""
    names = set(granted)
    return [Covered(use, names.issuperset(use.scopes)) for use in USES]
