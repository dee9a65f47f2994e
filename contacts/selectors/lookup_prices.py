"""What a lookup costs, as far as it is known.

The gateway's price list has no lookups. Amounts are EUR for one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Workspace
from contacts.models import LookupPrice
from contacts.models.lookups import FREE


@dataclass(frozen=True, slots=True)
class Price:
    """A price and where it is from: "free", "set", "seen" or "" for unknown."""

    amount: Decimal | None = None
    source: str = ""
    at: datetime | None = None
    # What was seen last, also when an owner has set another one.
    seen: Decimal | None = None


def of(workspace: Workspace, kind: str) -> Price:
    """Return what one lookup of a kind costs, as far as it is known."""
    if kind in FREE:
        return Price(Decimal(0), "free")
    row = LookupPrice.objects.filter(workspace=workspace, kind=kind).first()
    if row is None:
        return Price()
    if row.set_eur is not None:
        return Price(row.set_eur, "set", row.set_at, row.seen_eur)
    source = "seen" if row.seen_eur is not None else ""
    return Price(row.seen_eur, source, row.seen_at, row.seen_eur)
