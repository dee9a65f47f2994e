"""Subaccounts of the account, as the gateway last listed them."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models

from accounts.models.connections import Connection

MAX_ID: Final = 32


class Subaccount(models.Model):
    """One subaccount; amounts are EUR. A top-up amount of 0 (or none) is off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="subaccounts"
    )
    gateway_id = models.CharField(max_length=MAX_ID)
    name = models.CharField(max_length=120, blank=True)
    company = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    balance = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    total_usage = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    topup_threshold = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    topup_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "gateway_id"], name="subaccount_unique"
            )
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.company or self.name or self.email or self.gateway_id

    @property
    def tops_up(self) -> bool:
        """Whether credit moves to it by itself."""
        return bool(self.topup_amount and self.topup_amount > 0)
