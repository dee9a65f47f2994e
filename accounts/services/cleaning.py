"""What is thrown away at night."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import (
    BalanceReading,
    HookCheck,
    Invitation,
    PriceChange,
    PriceCheck,
    SignIn,
)
from accounts.services import thinning

# Thinned out, so that years of them are few.
READINGS_KEPT: Final = timedelta(days=1100)
PRICES_KEPT: Final = timedelta(days=800)
INVITATIONS_KEPT: Final = timedelta(days=30)
SIGN_INS_KEPT: Final = timedelta(days=1)
CHECKS_KEPT: Final = timedelta(days=30)


def clean() -> dict[str, int]:
    """Remove what is past its time; return how many rows of each kind."""
    now = timezone.now()
    old = {
        "sessions": Session.objects.filter(expire_date__lt=now),
        "invitations": Invitation.objects.filter(
            expires_at__lt=now - INVITATIONS_KEPT, accepted_at=None
        ),
        "sign_ins": SignIn.objects.filter(created_at__lt=now - SIGN_INS_KEPT),
        "hook_checks": HookCheck.objects.filter(asked_at__lt=now - CHECKS_KEPT),
        "balance_readings": BalanceReading.objects.filter(
            read_at__lt=now - READINGS_KEPT
        ),
        "price_changes": PriceChange.objects.filter(changed_at__lt=now - PRICES_KEPT),
        "price_checks": PriceCheck.objects.filter(checked_at__lt=now - PRICES_KEPT),
    }
    removed = {name: rows.delete()[0] for name, rows in old.items()}
    return {**removed, "balances_thinned": thinning.thin_balances()}
