"""One module per gateway resource; each registers its operations on import."""

from __future__ import annotations

from seven_dashboard.sandbox.resources import (
    account,
    contacts,
    groups,
    hooks,
    journal,
    lookup,
    numbers,
    rcs,
    sms,
    status,
    subaccounts,
    validate,
    voice,
)

__all__ = [
    "account",
    "contacts",
    "groups",
    "hooks",
    "journal",
    "lookup",
    "numbers",
    "rcs",
    "sms",
    "status",
    "subaccounts",
    "validate",
    "voice",
]
