"""Keep what lookups cost: told by answers or by the balance, or set by an owner."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import LookupPrice
from contacts.selectors.lookup_prices import of


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
