"""What a lookup costs: told by answers or by the balance, or set by an owner.

The gateway's price list has no lookups. Amounts are EUR for one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import audit
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


def note_seen(workspace: Workspace, kind: str, amount: Decimal) -> None:
    """Keep what a lookup was seen to cost."""
    LookupPrice.objects.update_or_create(
        workspace=workspace,
        kind=kind,
        defaults={"seen_eur": amount, "seen_at": timezone.now()},
    )


def set_by_owner(
    *, workspace: Workspace, kind: str, amount: Decimal | None, actor: User
) -> None:
    """Set a price, or with None go by what is seen again."""
    before = of(workspace, kind)
    current = before.amount if before.source == "set" else None
    if amount == current:
        return
    with transaction.atomic():
        LookupPrice.objects.update_or_create(
            workspace=workspace,
            kind=kind,
            defaults={
                "set_eur": amount,
                "set_at": None if amount is None else timezone.now(),
                "set_by": None if amount is None else actor,
            },
        )
        audit.record(
            workspace=workspace,
            actor=actor,
            action="lookup_price.set",
            subject=kind,
            before={"price": current},
            after={"price": amount},
        )
